"""The connections of one event loop to a database, and the queues of those who wait for them.

Rule 1: a URL is one engine for each loop. An app's own engine stays with the loop that used it first.
Rule 2: writes never take all connections: sign-ins that wait for a locked row keep no session from being read.
Rule 3: the writers of a loop queue here for SQLite's one write lock, in order, rather than poll for it.
Rule 4: a database in memory is one connection, so readers queue as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from sqlalchemy import NullPool, StaticPool
from sqlalchemy.pool import Pool

from authwright.adapters import hung
from authwright.adapters.engine import OPTION, POOL_SIZE, Source, for_reads, for_writes
from authwright.adapters.owners import claim

_KEPT_FOR_READS = 3


class Connections:
    """What one loop has."""

    def __init__(self, source: Source, timeout: float) -> None:
        self.engine = source.engine(timeout)
        self.reads = for_reads(self.engine, own=source.url is not None)
        self.writes = for_writes(self.engine)
        self.is_one = isinstance(self.engine.sync_engine.pool, StaticPool)
        self.is_ready = False
        self.preparing = asyncio.Lock()
        is_sqlite = source.backend == "sqlite"
        self._turns = asyncio.Semaphore(1 if is_sqlite else POOL_SIZE - _KEPT_FOR_READS)
        self._timeout = timeout
        self._is_apps = source.url is None
        self._claimed: Pool | None = None
        if not is_sqlite:
            hung.Hung.of(self.engine)

    def check_owner(self) -> None:
        """Raises ``ConfigurationError`` if the engine is the app's, and another loop uses it."""
        if not self._is_apps:
            return
        pool = self.engine.sync_engine.pool
        if pool is not self._claimed and not isinstance(pool, NullPool):
            claim(pool, OPTION, "engine")
            self._claimed = pool

    def turn_to_read(self) -> AbstractAsyncContextManager[None]:
        """Wait for the connection if there is only one."""
        return self.turn_to_write() if self.is_one else nullcontext()

    @asynccontextmanager
    async def turn_to_write(self) -> AsyncIterator[None]:
        """Wait for other writers. Raises TimeoutError if that takes longer than the deadline."""
        async with asyncio.timeout(self._timeout):
            await self._turns.acquire()
        try:
            yield
        finally:
            self._turns.release()

    async def aclose(self) -> None:
        """Close the engine's connections, unless it is the app's."""
        if not self._is_apps:
            await hung.dispose(self.engine)
