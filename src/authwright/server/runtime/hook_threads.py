"""Choose the thread for an app's ``def`` function that may block.

Rule 1: if a thread waits for us in a synchronous method or in asgiref's ``async_to_sync``, the function runs in that
        thread.
Rule 2: otherwise, while Django handles the request, the function runs in asgiref's thread-sensitive thread, which has
        the transaction and the connections of the request.
Rule 3: otherwise the function runs in one of our worker threads. On a Django site, broken and outdated connections are
        closed before and after the function, as Django does before and after a request.
Rule 4: the function has a time limit of 10 seconds. After that we continue without it, because a thread cannot be
        stopped.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from authwright.server.runtime import calling_thread
from authwright.server.runtime.threads import HOOKS, Call

T = TypeVar("T")
TIME_LIMIT = 10.0
_running: set[asyncio.Task[Any]] = set()


async def run_in_thread(function: Callable[[], T]) -> T:
    """Run *function* in a thread, with the caller's context variables, and return its result.

    Raises:
        TimeoutError: The function took longer than 10 seconds, or too many earlier calls hang.
    """
    call = Call(function)
    waiting = calling_thread.current()
    if (waiting and waiting.take(call)) or _asgiref_takes(call):
        result: T = await call.result(TIME_LIMIT)
        return result
    return await HOOKS.run(_between_requests(function) if _has_django() else function, TIME_LIMIT)


def _has_django() -> bool:
    conf = sys.modules.get("django.conf")
    return conf is not None and bool(conf.settings.configured)


def _asgiref_takes(call: Call) -> bool:
    """Let asgiref run *call* if a thread waits in ``async_to_sync`` or if Django handles the request.

    Otherwise asgiref would use a single thread for the whole process, in which one call that hangs blocks all others.

    Returns:
        Whether asgiref runs *call*.
    """
    asgiref = sys.modules.get("asgiref.sync")
    if asgiref is None:
        return False
    waits = getattr(asgiref.AsyncToSync.executors, "current", None)
    handled_by_django = _has_django() and asgiref.SyncToAsync.thread_sensitive_context.get(None)
    if not waits and not handled_by_django:
        return False
    # A separate task: cancelling a task that runs sync_to_async waits for the thread.
    task = asyncio.ensure_future(asgiref.sync_to_async(call.__call__, thread_sensitive=True)())
    _running.add(task)

    def end(task: asyncio.Task[Any]) -> None:
        _running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            call.fail(error)

    task.add_done_callback(end)
    return True


def _between_requests(function: Callable[[], T]) -> Callable[[], T]:
    from django.db import close_old_connections

    def run() -> T:
        close_old_connections()
        try:
            return function()
        finally:
            close_old_connections()

    return run
