"""Work that must finish even if its caller is cancelled or the process shuts down.

If a provider rotates refresh tokens, the old token is invalid before we can store the new one. If the work is cancelled
between these two steps, the user has to sign in again.

Rule 1: the work runs in a separate task, so it does not end with the request that started it.
Rule 2: at shutdown, ``asyncio.run`` and servers stop their loop, cancel all remaining tasks, and run the loop again
        until those tasks have ended. That cancellation is ignored. A timeout inside the work still applies, because it
        cancels while the loop is running.
Rule 3: the work must therefore limit its own duration.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# Seconds to wait at shutdown. Servers kill a process that does not stop within 30 seconds.
_WAIT = 25.0


class _Task(asyncio.Task[T]):
    def cancel(self, msg: Any | None = None) -> bool:
        return super().cancel(msg) if self.get_loop().is_running() else False


class Finishing:
    """The tasks of one ``Auth`` that must finish."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start *work* without waiting for it."""
        task: asyncio.Task[T] = _Task(work, loop=asyncio.get_running_loop())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Run *work* and return its result. If the caller is cancelled, the work continues."""
        return await asyncio.shield(self.start(work))

    async def wait(self) -> None:
        """Wait up to 25 seconds for the work on the running loop to finish."""
        loop = asyncio.get_running_loop()
        pending = [task for task in self._running if task.get_loop() is loop]
        if pending:
            await asyncio.wait(pending, timeout=_WAIT)
