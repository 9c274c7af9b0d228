"""The synchronous side: which event loop runs a coroutine for a thread that has none.

Rule 1: a worker thread of a running app (AnyIO's under Starlette and FastAPI, asgiref's under Django, ours for a hook)
        uses the app's loop, which owns the app's connections.
Rule 2: any other thread uses the background loop. A process has one, in a separate thread, started at first use.
        A loop for each call would open connections for each call. A forked child starts its own.
Rule 3: while a thread waits, it runs the app's ``def`` functions of its own call.
Rule 4: a loop that ends leaves no caller waiting.
"""

from __future__ import annotations

import asyncio
import atexit
import inspect
import os
import sys
import threading
from asyncio import AbstractEventLoop
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from authwright.calling_thread import CallingThread
from authwright.loops import never_free
from authwright.threads import waiting_loop

T = TypeVar("T")
_LOOK_AGAIN = 0.5
_CLOSING_TIMEOUT = 5.0
_lock = threading.Lock()
_background: AbstractEventLoop | None = None
_of_thread = threading.local()


def run(coroutine: Coroutine[Any, Any, T], twin: str) -> T:
    """Return what *coroutine* returns, run on the app's loop or on the background loop.

    Raises:
        RuntimeError: It is called inside a running event loop, where it would block it; names *twin* to await. Or the
            loop ended before the coroutine did.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        coroutine.close()
        raise RuntimeError(f"{twin}_sync() was called inside a running event loop: use `await {twin}()` there.")
    if _is_in_asgiref_thread():
        return _run_by_asgiref(coroutine)
    return _wait(coroutine, _anyio_loop() or waiting_loop() or background())


def background() -> AbstractEventLoop:
    """Return the process's background loop, which runs for as long as the process."""
    global _background
    with _lock:
        if _background is None:
            _background = asyncio.new_event_loop()
            threading.Thread(target=_background.run_forever, name="authwright", daemon=True).start()
        return _background


async def on_background(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what *coroutine* returns, run on the background loop. A caller that is cancelled does not interrupt it."""
    return await shielded(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, background())))


async def shielded(work: asyncio.Future[T]) -> T:
    """Return what *work* returns. It goes on if the caller leaves, and then its exception is dropped."""
    work.add_done_callback(_look)
    return await asyncio.shield(work)


def _look(work: asyncio.Future[Any]) -> None:
    # asyncio complains about an exception that was never looked at.
    if not work.cancelled():
        work.exception()


def _wait(coroutine: Coroutine[Any, Any, T], loop: AbstractEventLoop) -> T:
    thread = CallingThread()
    try:
        with thread.waits():
            future = asyncio.run_coroutine_threadsafe(coroutine, loop)
    except RuntimeError:
        coroutine.close()
        raise
    future.add_done_callback(lambda _: thread.close())
    try:
        while not future.done():
            thread.serve(_LOOK_AGAIN)
            if not loop.is_running() and not future.done():
                _give_up(coroutine, future)
    finally:
        thread.close()
    return future.result()


def _give_up(coroutine: Coroutine[Any, Any, T], future: Future[T]) -> None:
    future.cancel()
    if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
        coroutine.close()
    raise RuntimeError("The app's event loop ended before the call was done.")


def _anyio_loop() -> AbstractEventLoop | None:
    """Return the loop of this worker thread if it is AnyIO's. A thread serves one loop for as long as it lives."""
    known: AbstractEventLoop | None = getattr(_of_thread, "loop", None)
    if known is None and "anyio" in sys.modules:
        import anyio.from_thread

        # Not AnyIO's thread; or AnyIO runs on Trio, which has no such loop.
        with suppress(RuntimeError):
            known = _of_thread.loop = anyio.from_thread.run_sync(asyncio.get_running_loop)
    return known if known and known.is_running() else None


def _is_in_asgiref_thread() -> bool:
    asgiref = sys.modules.get("asgiref.sync")
    if asgiref is None:
        return False
    local = asgiref.SyncToAsync.threadlocal
    loop = getattr(local, "main_event_loop", None)
    return loop is not None and local.main_event_loop_pid == os.getpid() and loop.is_running()


def _run_by_asgiref(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run *coroutine* on Django's loop. Only asgiref can let it call back into this thread while it waits."""
    from asgiref.sync import async_to_sync

    async def call() -> T:
        return await coroutine

    answer: T = async_to_sync(call)()
    return answer


def _after_fork() -> None:
    """The loop has no thread here, and another thread may have held the lock."""
    global _background, _lock, _of_thread
    if _background:
        never_free(_background)
    _background, _lock, _of_thread = None, threading.Lock(), threading.local()


@atexit.register
def _at_exit() -> None:
    """Close what belongs to the background loop."""
    global _background
    with _lock:
        loop, _background = _background, None
    if loop:
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result(_CLOSING_TIMEOUT)


os.register_at_fork(after_in_child=_after_fork)
