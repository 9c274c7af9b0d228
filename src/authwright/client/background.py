"""What a Python process has where a browser has timers and promises: the running event loop's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any


class Background:
    """Timers and tasks that end together. Both halves of the port *Host* that have to do with time."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._closed = False

    def spawn(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Run *coroutine* in the background. What it raises is logged; after ``close`` it never begins."""
        if self._closed:
            coroutine.close()
            return None
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def every(self, seconds: float, callback: Callable[[], object]) -> Callable[[], object]:
        """Call *callback* every so many *seconds*; the answer ends that. A timer of the loop, and no task."""
        loop = asyncio.get_running_loop()

        handle: asyncio.TimerHandle | None = None

        def off() -> None:
            if handle:
                handle.cancel()
                self._timers.discard(handle)

        def schedule() -> None:
            nonlocal handle
            handle = loop.call_later(seconds, tick)
            self._timers.add(handle)

        def tick() -> None:
            off()
            schedule()
            callback()

        schedule()
        return off

    def close(self) -> None:
        """End every timer and task."""
        self._closed = True
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for task in self._tasks:
            task.cancel()

    async def wait(self) -> None:
        """Wait until no task is left, the caller's own aside. What they raised was logged already."""
        others = self._tasks - {asyncio.current_task()}
        if others:
            await asyncio.wait(others)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            # Its class alone: its text might hold what the task was about.
            name = type(task.exception()).__name__
            logging.getLogger("authwright.client").error("CLIENT_TASK_ERROR: %s", name, exc_info=False)
