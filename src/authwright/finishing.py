"""Work that is finished although its caller leaves or the process is told to stop.

A provider that replaces refresh tokens does so before we can store the new one. If the work is cancelled in between,
the user has to sign in again.

Rule 1: the work is a task of its own, so that it does not end with the request that began it.
Rule 2: ``asyncio.run`` and servers cancel all tasks that are left once their loop has stopped, and run it again until
        those tasks have ended. That cancellation is ignored. A time limit within the work cancels while the loop is
        running, and holds.
Rule 3: so the work has to be bounded in time by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

# Seconds to wait for at a shutdown: servers kill what does not stop after 30.
_WAIT = 25.0


class _Task(asyncio.Task[T]):
    def cancel(self, msg: Any | None = None) -> bool:
        return super().cancel(msg) if self.get_loop().is_running() else False


class Finishing:
    """The work of one ``Auth`` that is being finished."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start *work* without waiting for it."""
        task: asyncio.Task[T] = _Task(work, loop=asyncio.get_running_loop())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what *work* returns. If the caller is cancelled, the work goes on."""
        return await asyncio.shield(self.start(work))

    async def wait(self) -> None:
        """Wait for the work that is being finished on the running loop."""
        loop = asyncio.get_running_loop()
        pending = [task for task in self._running if task.get_loop() is loop]
        if pending:
            await asyncio.wait(pending, timeout=_WAIT)
