"""Statements against a database: one read, or a transaction of writes; and the tables, made at first use.

Rule 1: nothing is opened before the first statement. A first use that fails is tried again by the next one.
Rule 2: the writers of this process queue here for SQLite's one write lock, in order, rather than poll for it.
Rule 3: a database in memory is one connection, so readers queue as well. What runs there is not interrupted: SQLAlchemy
        drops the connection of an interrupted statement, and with it the whole database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import URL, Executable, StaticPool, inspect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from authwright.adapters.engine import BUSY_TIMEOUT, check_url, for_writes, make_engine
from authwright.adapters.tables import metadata
from authwright.errors import Conflict

T = TypeVar("T")


class Outcome(NamedTuple):
    """What the last statement of a transaction did: the first row that it answered, and how many it matched."""

    row: Sequence[Any] | None
    matched: int


class Database:
    """The database at a URL, or behind an app's own engine.

    Args:
        url_or_engine: An app's engine is used as it is, and left open.
        create_tables: Make what tables are missing; None: on SQLite only.

    Raises:
        ConfigurationError: It is neither, or its driver is missing or not asynchronous.
    """

    def __init__(self, url_or_engine: str | URL | AsyncEngine, create_tables: bool | None) -> None:
        self._own_engine = not isinstance(url_or_engine, AsyncEngine)
        self._url: URL | None = None
        self._engine: AsyncEngine | None = None
        if isinstance(url_or_engine, AsyncEngine):
            self._engine = url_or_engine
            backend = url_or_engine.dialect.name
        else:
            self._url = check_url(url_or_engine)
            backend = self._url.get_backend_name()
        self._sqlite = backend == "sqlite"
        self._creates = self._sqlite if create_tables is None else create_tables
        self._ready = False
        self._preparing = asyncio.Lock()
        self._turns = asyncio.Lock()

    async def read(self, statement: Executable, **parameters: object) -> Sequence[Any] | None:
        """The first row that *statement* answers, its bound *parameters* filled in."""
        engine = await self._prepared()
        return await self._whole(engine, self._read(engine, statement, parameters))

    async def write(self, *statements: Executable) -> Outcome:
        """Run *statements* in one transaction; answer what the last one did.

        Raises:
            Conflict: One of them violates a constraint; then none was run.
            TimeoutError: Other writers took more than 5 s.
        """
        engine = await self._prepared()
        return await self._whole(engine, self._write(engine, statements))

    async def aclose(self) -> None:
        """Close the connections that were opened here. A later statement opens new ones."""
        if not self._own_engine or self._engine is None:
            return
        engine, self._engine, self._ready = self._engine, None, False
        await engine.dispose()

    async def _whole(self, engine: AsyncEngine, work: Coroutine[Any, Any, T]) -> T:
        if _is_one_connection(engine):
            return await asyncio.shield(asyncio.ensure_future(work))
        return await work

    async def _read(
        self, engine: AsyncEngine, statement: Executable, parameters: Mapping[str, object]
    ) -> Sequence[Any] | None:
        async with self._turn(_is_one_connection(engine)), engine.connect() as connection:
            return (await connection.execute(statement, parameters)).first()

    async def _write(self, engine: AsyncEngine, statements: Sequence[Executable]) -> Outcome:
        try:
            async with self._turn(self._sqlite), for_writes(engine).begin() as connection:
                for statement in statements:
                    result = await connection.execute(statement)
                return Outcome(result.first() if result.returns_rows else None, result.rowcount)
        except IntegrityError:
            # The error's text quotes the row.
            raise Conflict("The store has such an entry already, or its user is gone.") from None

    def _turn(self, needed: bool) -> AbstractAsyncContextManager[None]:
        return _held(self._turns) if needed else nullcontext()

    async def _prepared(self) -> AsyncEngine:
        if self._engine and self._ready:
            return self._engine
        async with _held(self._preparing):
            if self._engine is None and self._url:
                self._engine = make_engine(self._url)
            assert self._engine
            if not self._ready:
                await self._whole(self._engine, self._prepare(self._engine))
                self._ready = True
            return self._engine

    async def _prepare(self, engine: AsyncEngine) -> None:
        if self._creates and await self._lacks_tables(engine):
            async with self._turn(self._sqlite), for_writes(engine).begin() as connection:
                await connection.run_sync(metadata.create_all)
        if self._sqlite and self._own_engine and not _is_one_connection(engine):
            await _let_readers_read(engine)

    async def _lacks_tables(self, engine: AsyncEngine) -> bool:
        async with self._turn(_is_one_connection(engine)), engine.connect() as connection:
            names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        return not metadata.tables.keys() <= set(names)


@asynccontextmanager
async def _held(lock: asyncio.Lock) -> AsyncIterator[None]:
    async with asyncio.timeout(BUSY_TIMEOUT):
        await lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _is_one_connection(engine: AsyncEngine) -> bool:
    return isinstance(engine.sync_engine.pool, StaticPool)


async def _let_readers_read(engine: AsyncEngine) -> None:
    """Keep SQLite's log ahead of writes (WAL), with which a write makes no reader wait."""
    async with engine.connect() as connection:
        # SQLite refuses the change while another process uses the file. The mode stays in the file, so one change
        # at any start is enough.
        with suppress(OperationalError):
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
