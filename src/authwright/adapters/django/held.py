"""Break the database connection of a worker thread of ``DjangoAdapter`` when the time limit of its work is over.

A thread that waits for a database cannot be stopped. But another thread can shut the connection's socket down. The
waiting thread then finds that the connection is broken, and ends, even if the server does not respond.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any


class Held:
    """The connection that a unit of work uses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self.began: float = 0.0
        self.is_given_up: bool = False

    def take(self, connection: Any) -> None:
        """Record that the work uses *connection*. Raises TimeoutError if the caller has given up the work."""
        with self._lock:
            self.check()
            self._connection, self.began = connection, time.monotonic()

    def check(self) -> None:
        """Raise TimeoutError if the caller has given up the work."""
        if self.is_given_up:
            raise TimeoutError("The caller has given up this work.")

    def release(self) -> None:
        """Record that the work is done."""
        with self._lock:
            self._connection = None

    def give_up(self) -> bool:
        """Break the connection. Any thread may call this. Return whether the work had begun and was not done."""
        with self._lock:
            self.is_given_up = True
            raw = self._connection and self._connection.connection
            if raw is not None:
                # The worker thread may be closing the connection at the same time.
                with suppress(OSError, ValueError, self._connection.Database.Error):
                    _break(raw)
            return self._connection is not None


def _break(raw: Any) -> None:
    """Make all calls fail that wait on *raw*, the connection of the driver."""
    if hasattr(raw, "interrupt"):
        # SQLite.
        raw.interrupt()
        return
    # PostgreSQL, with psycopg or psycopg2.
    with socket.socket(fileno=os.dup(raw.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)
