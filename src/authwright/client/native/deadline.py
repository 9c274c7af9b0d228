"""The time limit of a whole request without an event loop.

httpx2 applies its timeout to each read from the network, so a server that sends one byte now and then is waited for
without end. Every read here gets only the time that is left. httpx2 reports each new connection to the extension
``trace``; the reads of a connection that is used again are limited too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Deadline:
    """The time that the current request of each thread has left."""

    def __init__(self) -> None:
        self._current = threading.local()
        # For httpx2: client.build_request(..., extensions=deadline.extensions)
        self.extensions: dict[str, Any] = {"trace": self._watch}

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Limit the requests of the block to *seconds* in all."""
        self._current.end = time.monotonic() + seconds
        try:
            yield
        finally:
            self._current.end = None

    def check(self) -> None:
        """Raise ``httpx2.ReadTimeout`` if no time is left."""
        self._left()

    def _left(self) -> float | None:
        end: float | None = getattr(self._current, "end", None)
        if end is None:
            return None
        left = end - time.monotonic()
        if left > 0:
            return left
        import httpx2

        raise httpx2.ReadTimeout("The response took too long.")

    def _watch(self, event: str, info: dict[str, Any]) -> None:
        stream = info.get("return_value")
        if hasattr(stream, "read") and hasattr(stream, "start_tls"):
            stream.read = self._limited(stream.read)  # type: ignore[union-attr]

    def _limited(self, read: Callable[..., bytes]) -> Callable[..., bytes]:
        def limited(max_bytes: int, timeout: float | None = None) -> bytes:
            left = self._left()
            limits = [each for each in (left, timeout) if each is not None]
            return read(max_bytes, timeout=min(limits, default=None))

        return limited
