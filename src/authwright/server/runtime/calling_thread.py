"""The thread that waits in a synchronous method, and runs the app's functions while it waits.

The coroutine runs on an event loop in another thread. Because the app's functions run in the waiting thread, they can
use what belongs to that thread: Django's connections, SQLAlchemy's scoped sessions, ``threading.local``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue

from authwright.server.runtime.threads import Call


class CallingThread:
    """A thread that runs calls until the coroutine that it waits for has finished."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_open = True

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Make this the calling thread of the coroutines that are scheduled inside the ``with`` block."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def take(self, call: Call) -> bool:
        """Queue *call* for the thread. Return False if the thread no longer waits, as for a later background task."""
        with self._lock:
            if self._is_open:
                self._calls.put(call)
            return self._is_open

    def serve(self, seconds: float) -> None:
        """Wait up to *seconds* for the next call and run it in this thread. Return early after ``close``."""
        try:
            call = self._calls.get(timeout=seconds)
        except Empty:
            return
        if call and not call.is_left:
            call()
            if call.interrupt:
                raise call.interrupt

    def close(self) -> None:
        """Accept no more calls. Any thread may call this."""
        with self._lock:
            self._is_open = False
            self._calls.put(None)


_current: ContextVar[CallingThread | None] = ContextVar("authwright_calling_thread", default=None)


def current() -> CallingThread | None:
    """Return the thread that waits for the running coroutine, or None."""
    return _current.get()
