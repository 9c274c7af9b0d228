"""Worker threads for code that blocks: bounded, our own, and replaced while they hang.

Rule 1: the event loop's default executor is the app's, and its DNS look-ups need it. Nothing of ours runs there.
Rule 2: hooks and stores have a pool each, so that sign-ins that hang do not delay reads of sessions.
Rule 3: a call has a time limit, waiting for a thread included. After it, or when the caller is cancelled, the caller
        leaves; the thread is lost, another one takes its place, and the lost one ends with its call.
Rule 4: at most ``SIZE`` threads are lost. Then a call fails at once, until one of them comes back.
Rule 5: all threads are daemons: one that hangs does not keep the process from ending. A forked child starts its own.
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

from authwright.loops import never_free

T = TypeVar("T")
# As many as AnyIO has.
SIZE = 40


class Call:
    """A function that runs in another thread, in the context of the task that waits for it."""

    def __init__(self, function: Callable[[], Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._function = function
        self._future: asyncio.Future[Any] = self._loop.create_future()
        self.is_running = False
        self.is_left = False
        self.interrupt: BaseException | None = None

    def __call__(self) -> None:
        """Run the function in this thread, and pass on what it returns or raises. Never raises."""
        self.run()()

    def run(self) -> Callable[[], None]:
        """Run the function in this thread. Return what passes on what it returned or raised."""
        outer, _thread.loop = _thread.loop, self._loop
        try:
            answer = self._context.run(self._function)
        except StopIteration as error:
            # A future takes no StopIteration. A coroutine function would raise the same (PEP 479).
            stopped = RuntimeError("The function raised StopIteration.")
            stopped.__cause__ = error
            return partial(self.fail, stopped)
        except (KeyboardInterrupt, SystemExit) as error:
            # In a task they would end the event loop.
            self.interrupt = error
            return partial(self.fail, RuntimeError(f"The function raised {type(error).__name__}."))
        except BaseException as error:
            return partial(self.fail, error)
        finally:
            _thread.loop = outer
        return partial(self._tell, self._future.set_result, answer)

    def fail(self, error: BaseException) -> None:
        """Let the waiting task raise *error*. Any thread may call this."""
        self._tell(self._future.set_exception, error)

    async def result(self, limit: float) -> Any:
        """Return what the function returns. Raises TimeoutError if that takes longer than *limit* seconds."""
        try:
            async with asyncio.timeout(limit) as deadline:
                return await self._future
        except TimeoutError:
            if deadline.expired():
                raise TimeoutError(f"It took longer than {limit:g} s, waiting for a thread included.") from None
            raise
        finally:
            self.is_left = self._future.cancelled()

    def _tell(self, report: Callable[[Any], None], value: object) -> None:
        def tell() -> None:
            if not self._future.done():
                report(value)

        # Nobody waits on a loop that was closed.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(tell)


class _Thread(threading.local):
    loop: asyncio.AbstractEventLoop | None = None


_thread = _Thread()


def waiting_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop that waits for the function that runs in this thread, or None if there is none."""
    return _thread.loop


class Threads:
    """A pool of daemon threads.

    Args:
        name: What the threads are called, in a stack dump and in errors.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._reset()
        os.register_at_fork(after_in_child=self._forget)

    async def run(self, function: Callable[[], T], limit: float) -> T:
        """Return what *function* returns. It sees the caller's context variables.

        Args:
            function: What to run. It cannot be stopped, only left alone.
            limit: Seconds.

        Raises:
            TimeoutError: It took longer than *limit*, or too many earlier calls hang.
        """
        call = Call(function)
        self._submit(call)
        try:
            answer: T = await call.result(limit)
            return answer
        finally:
            if call.is_left:
                self._leave(call)

    def _reset(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[Call] = deque()
        # Threads that serve calls, those of them without one, and threads whose caller has left.
        self._serving = self._idle = self._lost = 0

    def _forget(self) -> None:
        # Futures belong to the loop of the parent, which the child must not free.
        never_free(self._waiting)
        self._reset()

    def _submit(self, call: Call) -> None:
        with self._changed:
            if self._lost >= SIZE:
                raise TimeoutError(f"{self._lost} earlier calls hang in {self._name}: find out what they wait for.")
            self._waiting.append(call)
            self._serve()

    def _serve(self) -> None:
        """Have a thread for each call that waits, if there may be so many."""
        self._changed.notify()
        if len(self._waiting) <= self._idle or self._serving >= SIZE:
            return
        # The system may give no more threads. Then the calls wait for those that there are.
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
            # Not before: the caller's next call would find no idle thread.
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
