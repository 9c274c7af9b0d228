"""The thread that waits in a synchronous method, and runs the app's functions meanwhile.

The coroutine runs on an event loop in another thread. What belongs to the waiting thread works in the app's functions
all the same: connections of Django, scoped sessions of SQLAlchemy, ``threading.local``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import ContextVar
from queue import SimpleQueue
from typing import TypeVar

from authwright.threads import Call

T = TypeVar("T")


class CallingThread:
    """A thread that serves calls until what it waits for is done."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_open = True

    def take(self, call: Call) -> bool:
        """Return whether the thread will run *call*. It does not after its wait, which a background task outlives."""
        with self._lock:
            if self._is_open:
                self._calls.put(call)
            return self._is_open

    def wait_for(self, future: Future[T]) -> T:
        """Serve calls in this thread until *future* is done. Return its result."""
        future.add_done_callback(self._close)
        try:
            while call := self._calls.get():
                if not call.is_left:
                    call()
        finally:
            self._close(future)
        return future.result()

    def _close(self, future: Future[T]) -> None:
        with self._lock:
            self._is_open = False
            self._calls.put(None)


_current: ContextVar[CallingThread | None] = ContextVar("authwright_calling_thread", default=None)


def current() -> CallingThread | None:
    """Return the thread that waits for the running coroutine, or None if no thread waits."""
    return _current.get()


def serve(start: Callable[[], Future[T]]) -> T:
    """Start a coroutine on another thread's loop, and run the app's functions for it in this thread until it is done.

    Args:
        start: Schedules the coroutine from this thread, as ``asyncio.run_coroutine_threadsafe`` does: the coroutine
            sees the context variables of this thread.
    """
    thread = CallingThread()
    token = _current.set(thread)
    try:
        future = start()
    finally:
        _current.reset(token)
    return thread.wait_for(future)
