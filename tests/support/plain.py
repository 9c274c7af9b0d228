"""An adapter with synchronous methods."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from authwright.adapters.memory import MemoryAdapter


class PlainAdapter:
    """The memory adapter with synchronous methods, of which one runs at a time."""

    def __init__(self) -> None:
        self._store = MemoryAdapter()
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        def plain(*args: Any) -> Any:
            with self._lock:
                return asyncio.run(getattr(self._store, name)(*args))

        return plain
