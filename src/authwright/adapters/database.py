"""Statements against a database: one read, or a transaction of writes; and the tables, made at first use.

Rule 1: nothing is opened before the first statement. A first use that fails is tried again by the next one.
Rule 2: the writers of this process queue here for SQLite's one write lock, in order, rather than poll for it.
Rule 3: a database in memory is one connection, so readers queue as well. What runs there is not interrupted: SQLAlchemy
        drops the connection of an interrupted statement, and with it the whole database.
Rule 4: what surely left nothing behind is done again: a transaction that fell to a deadlock, or whose connection broke
        before its commit. One that broke during its commit is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, TypeVar

from sqlalchemy import Executable, StaticPool, Table, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from authwright.adapters.engine import BUSY_TIMEOUT, Source, begin, for_reads, for_writes
from authwright.errors import Conflict

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

_TRIES = 5
# PostgreSQL's serialization_failure and deadlock_detected; MySQL's ER_LOCK_DEADLOCK and MariaDB's ER_CHECKREAD.
_FELL_TO_OTHERS = {"40001", "40P01", 1213, 1020}


class Database:
    """The database at a URL, or behind an app's own engine or session maker.

    Args:
        source: An app's engine is used as it is, and left open.
        tables: What is made where it is missing.
        create_tables: Make them at first use; None: on SQLite only.
    """

    def __init__(self, source: Source, tables: Sequence[Table], create_tables: bool | None) -> None:
        self._source = source
        self._engine: AsyncEngine | None = None
        self._reads: AsyncEngine | None = None
        self._tables = tables
        self._sqlite = source.backend == "sqlite"
        self._creates = self._sqlite if create_tables is None else create_tables
        self._ready = False
        self._preparing = asyncio.Lock()
        self._turns = asyncio.Lock()

    async def read_one(self, statement: Executable, **parameters: object) -> Sequence[Any] | None:
        """The first row that *statement* answers, its bound *parameters* filled in."""
        rows = await self.read_all(statement, **parameters)
        return rows[0] if rows else None

    async def read_all(self, statement: Executable, **parameters: object) -> Sequence[Sequence[Any]]:
        """All rows that *statement* answers."""
        engine = await self._prepared()
        return await self._whole(engine, self._read(statement, parameters))

    async def write(self, work: Work[T]) -> T:
        """Run *work* in one transaction; answer what it does. It may run again, after a transaction that was undone.

        Raises:
            Conflict: It violates a constraint; then nothing of it was done.
            TimeoutError: Other writers took more than 5 s.
        """
        engine = await self._prepared()
        return await self._whole(engine, self._write(engine, work))

    async def create_all(self) -> None:
        """Make what tables are missing."""
        engine = await self._opened()
        await self._whole(engine, self._create(engine))

    async def aclose(self) -> None:
        """Close the connections that were opened here. A later statement opens new ones."""
        engine, self._engine, self._ready = self._engine, None, False
        if engine and self._source.url:
            await engine.dispose()

    async def _whole(self, engine: AsyncEngine, work: Coroutine[Any, Any, T]) -> T:
        if _is_one_connection(engine):
            return await asyncio.shield(asyncio.ensure_future(work))
        return await work

    async def _read(self, statement: Executable, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        engine = self._reads
        assert engine
        try:
            return await self._read_once(engine, statement, parameters)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        # The pool's connections were closed at the other end; it has dropped them all.
        return await self._read_once(engine, statement, parameters)

    async def _read_once(
        self, engine: AsyncEngine, statement: Executable, parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        def read() -> Sequence[Sequence[Any]]:
            with engine.sync_engine.connect() as connection:
                return connection.execute(statement, parameters).all()

        async with self._turn(_is_one_connection(engine)):
            # One change of stacks for the whole of it, where AsyncConnection takes three: a third of the time.
            return await greenlet_spawn(read)

    async def _write(self, engine: AsyncEngine, work: Work[T]) -> T:
        for tries_left in reversed(range(_TRIES)):
            try:
                async with self._turn(self._sqlite), for_writes(engine).connect() as connection:
                    try:
                        await begin(connection)
                        answer = await work(connection)
                    except DBAPIError as error:
                        if tries_left and _was_undone(error):
                            continue
                        raise
                    await connection.commit()
                    return answer
            except IntegrityError:
                # The error's text quotes the row.
                raise Conflict("The store has such an entry already, or its user is gone.") from None
        raise AssertionError("The last try answers or raises.")

    def _turn(self, needed: bool) -> AbstractAsyncContextManager[None]:
        return _held(self._turns) if needed else nullcontext()

    async def _prepared(self) -> AsyncEngine:
        if self._engine and self._ready:
            return self._engine
        async with _held(self._preparing):
            engine = await self._opened()
            if not self._ready:
                await self._whole(engine, self._prepare(engine))
                self._ready = True
            return engine

    async def _opened(self) -> AsyncEngine:
        if self._engine is None:
            self._engine = self._source.engine()
            self._reads = for_reads(self._engine, own=self._source.url is not None)
        return self._engine

    async def _prepare(self, engine: AsyncEngine) -> None:
        if self._creates and await self._lacks_tables(engine):
            await self._create(engine)
        if self._sqlite and self._source.url and not _is_one_connection(engine):
            await _let_readers_read(engine)

    async def _create(self, engine: AsyncEngine) -> None:
        metadata = self._tables[0].metadata
        for tries_left in reversed(range(_TRIES)):
            try:
                async with self._turn(self._sqlite), for_writes(engine).begin() as connection:
                    await connection.run_sync(metadata.create_all, self._tables)
                return
            except DBAPIError:
                # Another process makes them at the same instant; what it made is left out in the next try.
                if self._sqlite or not tries_left:
                    raise

    async def _lacks_tables(self, engine: AsyncEngine) -> bool:
        async with self._turn(_is_one_connection(engine)), engine.connect() as connection:
            names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        return not {table.name for table in self._tables} <= set(names)


@asynccontextmanager
async def _held(lock: asyncio.Lock) -> AsyncIterator[None]:
    async with asyncio.timeout(BUSY_TIMEOUT):
        await lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _was_undone(error: DBAPIError) -> bool:
    cause: Any = error.orig
    codes = {getattr(cause, "sqlstate", None), *getattr(cause, "args", ())[:1]}
    return error.connection_invalidated or bool(codes & _FELL_TO_OTHERS)


def _is_one_connection(engine: AsyncEngine) -> bool:
    return isinstance(engine.sync_engine.pool, StaticPool)


async def _let_readers_read(engine: AsyncEngine) -> None:
    """Keep SQLite's log ahead of writes (WAL), with which a write makes no reader wait."""
    async with engine.connect() as connection:
        # SQLite refuses the change while another process uses the file. The mode stays in the file, so one change
        # at any start is enough.
        with suppress(OperationalError):
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
