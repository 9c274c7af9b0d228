"""Drop database connections that hang, without making a caller wait until they are closed.

Rule 1: if the deadline of a call passes, its connection is dropped. All connections of the pool that were opened before
        are dropped, too: after a failover they lead to a machine that no longer exists.
Rule 2: SQLAlchemy closes each dropped connection before its next use. This module only makes that closing fast.
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
    """The record of which connections of an engine must not be used again."""

    def __init__(self) -> None:
        # Connections that were opened before this instant are dropped.
        self.dropped_before: float = 0.0

    @classmethod
    def of(cls, engine: AsyncEngine) -> Hung:
        """Return the record for *engine*. The first call starts to observe the engine."""
        hung = _known.get(engine.sync_engine)
        if hung is None:
            hung = _known[engine.sync_engine] = cls()
            event.listen(engine.sync_engine, "handle_error", hung.on_error)
            event.listen(engine.sync_engine, "close", hung.on_close)
        return hung

    def on_error(self, context: ExceptionContext) -> None:
        """Drop the connections of the pool if the deadline interrupted the statement."""
        if isinstance(context.original_exception, asyncio.CancelledError) and deadline.has_passed():
            self.dropped_before = time.time()
            context.invalidate_pool_on_disconnect = True

    def on_close(self, connection: Any, record: Any) -> None:
        """Abort a dropped connection that SQLAlchemy is about to close, so that closing it takes no time."""
        if record.last_connect_time <= self.dropped_before and not deadline.has_passed():
            _abort(record.driver_connection)


async def dispose(engine: AsyncEngine) -> None:
    """Close the idle connections of *engine* within two seconds."""
    try:
        async with asyncio.timeout(_CLOSING_TIMEOUT):
            await engine.dispose()
    except TimeoutError:
        Hung.of(engine).dropped_before = time.time()
        await engine.dispose()


def _abort(connection: Any) -> None:
    # The method is called terminate in asyncpg and close in aiomysql. A close that is a coroutine first sends a message
    # to the server, so it is not used.
    abort = getattr(connection, "terminate", None) or getattr(connection, "close", None)
    if abort and not inspect.iscoroutinefunction(abort):
        abort()
