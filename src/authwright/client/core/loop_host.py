"""The part that hosts on a running event loop share: timers, tasks and event listeners."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from authwright.client.core.log import failed

if TYPE_CHECKING:
    from authwright.client.core.ports import HostEvent, Off


class LoopHost:
    """The parts of the port *Host* that need no page. ``close`` ends its timers and tasks."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Callable[[], object]]] = {"storage": [], "visible": [], "online": []}
        self._tasks: set[asyncio.Task[object]] = set()
        self._timers: set[asyncio.TimerHandle] = set()
        self._closed = False

    def on(self, event: HostEvent, callback: Callable[[], object]) -> Off:
        """Call *callback* at each *event*. Returns a function that unsubscribes."""
        listeners = self._listeners[event]
        listeners.append(callback)

        def off() -> None:
            if callback in listeners:
                listeners.remove(callback)

        return off

    def _tell(self, event: HostEvent) -> None:
        for callback in list(self._listeners[event]):
            callback()

    def spawn(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Run *coroutine* in the background, and log an exception that it raises. After ``close`` it does not start."""
        if self._closed:
            coroutine.close()
            return None
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def every(self, seconds: float, callback: Callable[[], object]) -> Off:
        """Call *callback* every *seconds* seconds, by a timer of the loop. Returns a function that stops the timer."""
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
        """Wait until all tasks but the caller's have ended. Their exceptions were logged already."""
        others = self._tasks - {asyncio.current_task()}
        if others:
            await asyncio.wait(others)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error:
            failed("CLIENT_TASK_ERROR", "A task", error)
