"""Worker threads for blocking code, in pools of limited size that replace threads that hang.

Rule 1: we never use the event loop's default executor. It belongs to the app, and the loop's DNS look-ups need it.
Rule 2: hooks and stores have separate pools, so that sign-ins that hang do not delay reads of sessions.
Rule 3: a call has a time limit, which includes the wait for a thread. When the limit is reached or the caller is
        cancelled, the caller stops waiting. The thread is then lost: a new thread replaces it, and the lost thread ends
        when its call returns.
Rule 4: at most ``SIZE`` threads may be lost. After that, calls fail at once until the call of a lost thread returns.
Rule 5: all threads are daemon threads, so a thread that hangs does not prevent the process from ending. A forked child
        starts its own threads.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from authwright.server.runtime.loops import never_free

T = TypeVar("T")
# The size of AnyIO's pool, too.
SIZE = 40


class Call:
    """A function that runs in another thread, with the context variables of the task that waits for it."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._function = function
        self._future: asyncio.Future[Any] = self._loop.create_future()
        self.is_running = False
        self.is_left: bool = False
        self.interrupt: BaseException | None = None

    def __call__(self) -> None:
        """Run the function in this thread and pass its result or exception to the waiting task. Never raises."""
        self.run()()

    def run(self) -> Callable[[], None]:
        """Run the function in this thread. Return a function that reports its outcome to the waiting task."""
        outer, _thread.loop = _thread.loop, self._loop
        try:
            result = self._context.run(self._function)
        except StopIteration as error:
            # A future cannot hold StopIteration. A coroutine function raises this RuntimeError, too (PEP 479).
            stopped = RuntimeError("The function raised StopIteration.")
            stopped.__cause__ = error
            return partial(self.fail, stopped)
        except (KeyboardInterrupt, SystemExit) as error:
            # In a task, these exceptions would end the event loop.
            self.interrupt = error
            return partial(self.fail, RuntimeError(f"The function raised {type(error).__name__}."))
        except BaseException as error:
            return partial(self.fail, error)
        finally:
            _thread.loop = outer
        return partial(self._report, self._future.set_result, result)

    def fail(self, error: BaseException) -> None:
        """Raise *error* in the waiting task. Any thread may call this."""
        self._report(self._future.set_exception, error)

    async def result(self, limit: float) -> Any:
        """Wait for the function and return its result. Raises TimeoutError after *limit* seconds."""
        try:
            async with asyncio.timeout(limit) as deadline:
                return await self._future
        except TimeoutError:
            if deadline.expired():
                problem = f"The call took longer than {limit:g} s, including the wait for a thread."
                raise TimeoutError(problem) from None
            raise
        finally:
            self.is_left = self._future.cancelled()

    def _report(self, settle: Callable[[Any], None], value: object) -> None:
        def report() -> None:
            if not self._future.done():
                settle(value)

        # RuntimeError: the loop is closed, so no task waits.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(report)


class _Thread(threading.local):
    loop: asyncio.AbstractEventLoop | None = None


_thread = _Thread()


def waiting_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop whose task waits for the function that runs in this thread, or None."""
    return _thread.loop


class Threads:
    """A pool of daemon threads.

    Args:
        name: The name of the threads, for stack dumps and error messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._reset()
        os.register_at_fork(after_in_child=self._forget)

    async def run(self, function: Callable[[], T], limit: float) -> T:
        """Run *function* in a thread, with the caller's context variables, and return its result.

        Args:
            function: The function to run. It cannot be stopped: after *limit*, it continues in its thread.
            limit: The time limit in seconds.

        Raises:
            TimeoutError: The call took longer than *limit*, or too many earlier calls hang.
        """
        call = Call(function)
        self._submit(call)
        try:
            result: T = await call.result(limit)
            return result
        finally:
            if call.is_left:
                self._leave(call)

    def _reset(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Call] = deque()
        # The numbers of threads that serve calls, of those among them that have no call, and of threads whose caller
        # has stopped waiting.
        self._serving = self._idle = self._lost = 0

    def _forget(self) -> None:
        # The futures belong to the parent's loop, which a forked child must not free.
        never_free(self._waiting)
        self._reset()

    def _submit(self, call: Call) -> None:
        with self._changed:
            if self._lost >= SIZE:
                raise TimeoutError(f"{self._lost} earlier calls hang in {self._name}. Find out what they wait for.")
            self._waiting.append(call)
            self._serve()

    def _serve(self) -> None:
        """Wake an idle thread, and start another one if calls outnumber idle threads and the pool is not full."""
        self._changed.notify()
        if len(self._waiting) <= self._idle or self._serving >= SIZE:
            return
        # RuntimeError: the system cannot start more threads. The call then waits for an existing thread.
        with suppress(RuntimeError):
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
            self._serving += 1
            self._idle += 1

    def _leave(self, call: Call) -> None:
        with self._changed:
            if call.is_running:
                call.is_running = False
                self._serving -= 1
                self._lost += 1
                self._serve()
            elif call in self._waiting:
                self._waiting.remove(call)

    def _work(self) -> None:
        while True:
            call = self._next()
            pass_on = call.run()
            with self._changed:
                if not call.is_running:
                    self._lost -= 1
                    return
                call.is_running = False
                self._idle += 1
            # Only now, after the thread counts as idle: otherwise the caller's next call would find no idle thread.
            pass_on()
            del call, pass_on

    def _next(self) -> Call:
        with self._changed:
            while not self._waiting:
                self._changed.wait()
            self._idle -= 1
            call = self._waiting.popleft()
            call.is_running = True
            return call


HOOKS = Threads("authwright hooks")
STORES = Threads("authwright stores")
