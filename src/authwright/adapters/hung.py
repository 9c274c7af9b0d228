"""Connections that hang: they are dropped, and no caller waits for a goodbye.

Rule 1: a connection on which a call's deadline passed is dropped. So are the idle ones of its pool that are no younger:
        after a failover they lead to a machine that is gone.
Rule 2: a server that lives has 0.3 s to learn that a statement was given up, so that it stops waiting for a lock.
Rule 3: SQLAlchemy closes connections as it always does. This module only keeps its closing from taking long.
"""

from __future__ import annotations

import asyncio
import inspect
import time
import weakref
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from authwright.adapters import deadline

_GRACE = 0.3
_CLOSING_TIMEOUT = 2.0
_known: weakref.WeakKeyDictionary[Engine, Hung] = weakref.WeakKeyDictionary()


class Hung:
    """Which of an engine's connections are not to be spoken to any more."""

    def __init__(self) -> None:
        # Connections that were opened before this instant are dropped.
        self.dropped_before = 0.0

    @classmethod
    def of(cls, engine: AsyncEngine) -> Hung:
        """Return what is known of *engine*'s connections, from now on."""
        hung = _known.get(engine.sync_engine)
        if hung is None:
            hung = _known[engine.sync_engine] = cls()
            event.listen(engine.sync_engine, "handle_error", hung.on_error)
            event.listen(engine.sync_engine, "close", hung.on_close)
        return hung

    def on_error(self, context: ExceptionContext) -> None:
        """Drop the connections of the pool if the statement was interrupted by its deadline."""
        if isinstance(context.original_exception, asyncio.CancelledError) and deadline.has_passed():
            self.dropped_before = time.time()
            context.invalidate_pool_on_disconnect = True

    def on_close(self, connection: Any, record: Any) -> None:
        """Bound what SQLAlchemy does next, which is to close the connection."""
        abort = _abort_of(record.driver_connection)
        if abort and deadline.has_passed():
            asyncio.get_running_loop().call_later(_GRACE, abort)
        elif abort and record.last_connect_time <= self.dropped_before:
            abort()


async def dispose(engine: AsyncEngine) -> None:
    """Close the idle connections of *engine*, in two seconds at most."""
    try:
        async with asyncio.timeout(_CLOSING_TIMEOUT):
            await engine.dispose()
    except TimeoutError:
        Hung.of(engine).dropped_before = time.time()
        await engine.dispose()


def _abort_of(connection: Any) -> Callable[[], object] | None:
    """Return what closes a driver's connection at once, if the driver can. SQLAlchemy then finds it closed."""
    # asyncpg calls it terminate. aiomysql's close is that; a close that is awaited says goodbye.
    abort = getattr(connection, "terminate", None) or getattr(connection, "close", None)
    return None if inspect.iscoroutinefunction(abort) else abort
