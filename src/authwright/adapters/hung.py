"""Connections that hang: they are dropped, and no caller waits until they are closed.

Rule 1: a connection on which a call's deadline passed is dropped. So are the idle ones of its pool that are no younger:
        after a failover they lead to a machine that is gone.
Rule 2: SQLAlchemy closes each of them before its next use. This module only keeps the closing short.
"""

from __future__ import annotations

import asyncio
import inspect
import time
import weakref
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from authwright.adapters import deadline

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
        """Close what was dropped at once; SQLAlchemy, which is about to close it, finds it closed."""
        if record.last_connect_time <= self.dropped_before and not deadline.has_passed():
            _abort(record.driver_connection)


async def dispose(engine: AsyncEngine) -> None:
    """Close the idle connections of *engine*, in two seconds at most."""
    try:
        async with asyncio.timeout(_CLOSING_TIMEOUT):
            await engine.dispose()
    except TimeoutError:
        Hung.of(engine).dropped_before = time.time()
        await engine.dispose()


def _abort(connection: Any) -> None:
    # asyncpg calls it terminate, aiomysql close. A close that is awaited sends a message first.
    abort = getattr(connection, "terminate", None) or getattr(connection, "close", None)
    if abort and not inspect.iscoroutinefunction(abort):
        abort()
