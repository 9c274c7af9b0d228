"""The connections of one event loop to a database, and the queues for them.

Rule 1: for a URL, each loop has a separate engine. An app's own engine belongs to the loop that uses it first.
Rule 2: writes never use all connections, so that sign-ins that wait for a locked row do not block reads of sessions.
Rule 3: the writers of a loop wait for SQLite's single write lock in a queue instead of polling for it.
Rule 4: a database in memory has a single connection, so readers wait in the queue, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from sqlalchemy import NullPool, StaticPool
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import Pool

from authwright.adapters.owners import claim
from authwright.adapters.sqlalchemy.connecting import hung
from authwright.adapters.sqlalchemy.connecting.engine import POOL_SIZE, Source, for_writes
from authwright.adapters.sqlalchemy.connecting.pooler import BehindPoolerError
from authwright.adapters.sqlalchemy.connecting.url import OPTION

_KEPT_FOR_READS = 3


class Connections:
    """The connections of one event loop.

    Args:
        source: The source of the engine.
        timeout: The time limit for each wait, in seconds.
    """

    def __init__(self, source: Source, timeout: float) -> None:
        self._source = source
        self._timeout = timeout
        self._use(source.engine(timeout))
        self.is_one: bool = isinstance(self.engine.sync_engine.pool, StaticPool)
        self.is_ready = False
        self.preparing: asyncio.Lock = asyncio.Lock()
        is_sqlite = source.backend == "sqlite"
        self._turns = asyncio.Semaphore(1 if is_sqlite else POOL_SIZE - _KEPT_FOR_READS)
        self._is_apps = source.url is None
        self._claimed: Pool | None = None

    async def recognise_pooler(self) -> None:
        """Open a connection. If the server turns out to be a pooler, use an engine for poolers from then on."""
        if self._source.backend != "postgresql" or self._is_apps:
            return
        try:
            async with self.engine.connect():
                pass
        except BehindPoolerError:
            self._use(self._source.engine(self._timeout, is_pooled=True))

    def check_owner(self) -> None:
        """Raise ``ConfigurationError`` if the engine is the app's own and belongs to another loop."""
        if not self._is_apps:
            return
        pool = self.engine.sync_engine.pool
        if pool is not self._claimed and not isinstance(pool, NullPool):
            claim(pool, OPTION, "engine")
            self._claimed = pool

    def turn_to_read(self) -> AbstractAsyncContextManager[None]:
        """Return a context manager that waits for the connection if there is only one."""
        return self.turn_to_write() if self.is_one else nullcontext()

    @asynccontextmanager
    async def turn_to_write(self) -> AsyncIterator[None]:
        """Wait for other writers. Raises TimeoutError if that takes longer than the time limit."""
        async with asyncio.timeout(self._timeout):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def aclose(self) -> None:
        """Close the connections of the engine, unless it is the app's own engine."""
        if not self._is_apps:
            await hung.dispose(self.engine)

    def _use(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.writes: AsyncEngine = for_writes(engine)
        if self._source.backend != "sqlite":
            hung.Hung.of(engine)
