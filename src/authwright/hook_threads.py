"""Which thread runs an app's ``def`` function that may block.

Rule 1: if a thread waits for us in a synchronous method or in asgiref's ``async_to_sync``, the function runs in it.
Rule 2: else, while Django handles the request, in asgiref's thread-sensitive thread, which has the request's
        transaction and connections.
Rule 3: else in a worker thread of ours. On a Django site, connections that broke or are too old are closed around the
        function, as Django does around a request.
Rule 4: the function has 10 seconds. After that we go on without it: it cannot be stopped.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from authwright import calling_thread
from authwright.threads import HOOKS, Call

T = TypeVar("T")
TIME_LIMIT = 10.0
_running: set[asyncio.Task[Any]] = set()


async def run_in_thread(function: Callable[[], T]) -> T:
    """Return what *function* returns. It sees the caller's context variables.

    Raises:
        TimeoutError: It took longer than 10 seconds, or too many earlier calls hang.
    """
    call = Call(function)
    waiting = calling_thread.current()
    if (waiting and waiting.take(call)) or _asgiref_takes(call):
        answer: T = await call.result(TIME_LIMIT)
        return answer
    return await HOOKS.run(_between_requests(function) if _has_django() else function, TIME_LIMIT)


def _has_django() -> bool:
    conf = sys.modules.get("django.conf")
    return conf is not None and bool(conf.settings.configured)


def _asgiref_takes(call: Call) -> bool:
    """Have asgiref run *call*, if a thread waits in its ``async_to_sync``, or Django handles the request.

    Without these, asgiref has one thread for all, in which one call that hangs would stop every other.
    """
    asgiref = sys.modules.get("asgiref.sync")
    if asgiref is None:
        return False
    waits = getattr(asgiref.AsyncToSync.executors, "current", None)
    handled_by_django = _has_django() and asgiref.SyncToAsync.thread_sensitive_context.get(None)
    if not waits and not handled_by_django:
        return False
    # A task of its own: to cancel the one that runs sync_to_async means to wait for the thread.
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
