"""The thread that waits in a synchronous method, and runs the app's functions meanwhile.

The coroutine runs on an event loop in another thread. What belongs to the waiting thread works in the app's functions
all the same: connections of Django, scoped sessions of SQLAlchemy, ``threading.local``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from queue import Empty, SimpleQueue

from authwright.threads import Call


class CallingThread:
    """A thread that serves calls until what it waits for is done."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._is_open = True

    @contextmanager
    def waits(self) -> Iterator[None]:
        """Make this the calling thread of a coroutine that is scheduled inside from this thread."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def take(self, call: Call) -> bool:
        """Return whether the thread will run *call*. It does not after its wait, which a background task outlives."""
        with self._lock:
            if self._is_open:
                self._calls.put(call)
            return self._is_open

    def serve(self, seconds: float) -> None:
        """Run the next call in this thread, if one comes within so many *seconds* and before ``close``."""
        try:
            call = self._calls.get(timeout=seconds)
        except Empty:
            return
        if call and not call.is_left:
            call()
            if call.interrupt:
                raise call.interrupt

    def close(self) -> None:
        """Take no more calls. Any thread may say so."""
        with self._lock:
            self._is_open = False
            self._calls.put(None)


_current: ContextVar[CallingThread | None] = ContextVar("authwright_calling_thread", default=None)


def current() -> CallingThread | None:
    """Return the thread that waits for the running coroutine, or None if no thread waits."""
    return _current.get()
