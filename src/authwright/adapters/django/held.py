"""A connection of Django's that a worker thread holds, and that a caller takes from it when the time is over.

A thread that waits for a database cannot be stopped. But its socket can be shut from outside: the thread then finds
the connection broken, and ends, however silent the server is.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any


class Held:
    """The connection that one work uses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self.began = 0.0
        self.is_given_up = False

    def take(self, connection: Any) -> None:
        """Hold *connection* from now on. Raises TimeoutError if the caller has given the work up."""
        self.check()
        with self._lock:
            self._connection, self.began = connection, time.monotonic()

    def check(self) -> None:
        """Raise TimeoutError if the caller has given the work up."""
        if self.is_given_up:
            raise TimeoutError("The caller has left.")

    def release(self) -> None:
        """Hold nothing any more: the work is done."""
        with self._lock:
            self._connection = None

    def give_up(self) -> bool:
        """Break the connection, from any thread. Return whether the work had begun and was not done."""
        with self._lock:
            self.is_given_up = True
            raw = self._connection and self._connection.connection
            if raw is not None:
                # The thread may be closing it at this instant.
                with suppress(OSError, ValueError, self._connection.Database.Error):
                    _break(raw)
            return self._connection is not None


def _break(raw: Any) -> None:
    """Have each call that waits on the driver's connection *raw* fail."""
    if hasattr(raw, "interrupt"):
        # SQLite's.
        raw.interrupt()
        return
    # PostgreSQL's, of psycopg and of psycopg2.
    with socket.socket(fileno=os.dup(raw.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)
