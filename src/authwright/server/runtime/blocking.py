"""Run coroutines for threads that have no event loop (the ``*_sync`` methods and WSGI).

Rule 1: in a worker thread of a running app (AnyIO's under Starlette and FastAPI, asgiref's under Django, ours for a
        hook), the coroutine runs on the app's loop, which owns the app's connections.
Rule 2: in any other thread, the coroutine runs on the background loop. Each process has one background loop, in a
        separate thread that starts at first use. A new loop for each call would open new connections for each call.
        A forked child starts its own background loop.
Rule 3: a thread that waits for a coroutine runs the ``def`` functions of the app that this coroutine calls.
Rule 4: if a loop ends, the callers that wait for it get an error.
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

from authwright.server.runtime.calling_thread import CallingThread
from authwright.server.runtime.loops import never_free
from authwright.server.runtime.threads import waiting_loop

T = TypeVar("T")
_LOOK_AGAIN = 0.5
_CLOSING_TIMEOUT = 5.0
_lock = threading.Lock()
_background: AbstractEventLoop | None = None
_of_thread = threading.local()


def run(coroutine: Coroutine[Any, Any, T], twin: str) -> T:
    """Run *coroutine* on the app's loop or on the background loop, and return its result.

    Args:
        coroutine: The coroutine to run.
        twin: The name of the asynchronous method, for the error message.

    Raises:
        RuntimeError: The caller runs inside an event loop, which this function would block; or the loop ended before
            the coroutine finished.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        coroutine.close()
        raise RuntimeError(f"{twin}_sync() was called inside a running event loop. Use `await {twin}()` instead.")
    if _is_in_asgiref_thread():
        return _run_by_asgiref(coroutine)
    return _wait(coroutine, _anyio_loop() or waiting_loop() or background())


def background() -> AbstractEventLoop:
    """Return the background loop of the process, starting it at first use. It runs until the process ends."""
    global _background
    with _lock:
        if _background is None:
            _background = asyncio.new_event_loop()
            threading.Thread(target=_background.run_forever, name="authwright", daemon=True).start()
        return _background


async def on_background(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run *coroutine* on the background loop and return its result. It continues even if the caller is cancelled."""
    return await shielded(asyncio.wrap_future(asyncio.run_coroutine_threadsafe(coroutine, background())))


async def shielded(work: asyncio.Future[T]) -> T:
    """Return the result of *work*. If the caller is cancelled, *work* continues and its exception is ignored."""
    work.add_done_callback(_retrieve_exception)
    return await asyncio.shield(work)


def _retrieve_exception(work: asyncio.Future[Any]) -> None:
    # asyncio logs an error about an exception that was never retrieved.
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
    raise RuntimeError("The app's event loop ended before the call finished.")


def _anyio_loop() -> AbstractEventLoop | None:
    """Return the loop of this thread if it is a worker thread of AnyIO, which serves a single loop. Otherwise None."""
    known: AbstractEventLoop | None = getattr(_of_thread, "loop", None)
    if known is None and "anyio" in sys.modules:
        import anyio.from_thread

        # RuntimeError: this is not a thread of AnyIO, or AnyIO runs on Trio, which has no asyncio loop.
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
    """Run *coroutine* on Django's loop. While this thread waits, only asgiref can run functions in it."""
    from asgiref.sync import async_to_sync

    async def call() -> T:
        return await coroutine

    result: T = async_to_sync(call)()
    return result


def _after_fork() -> None:
    """Reset the state in a forked child: the loop has no thread here, and another thread may have held the lock."""
    global _background, _lock, _of_thread
    if _background:
        never_free(_background)
    _background, _lock, _of_thread = None, threading.Lock(), threading.local()


@atexit.register
def _at_exit() -> None:
    """Close the resources of the background loop."""
    global _background
    with _lock:
        loop, _background = _background, None
    if loop:
        with suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(loop.shutdown_asyncgens(), loop).result(_CLOSING_TIMEOUT)


os.register_at_fork(after_in_child=_after_fork)
