"""Statements against a database: one read, or a transaction of writes; and the tables, made at first use.

Rule 1: nothing is opened before the first statement. A first use that fails is tried again by the next one.
Rule 2: a database in memory is one connection on one loop: all its work runs on the background loop, and is not
        interrupted: SQLAlchemy drops the connection of an interrupted statement, and with it the whole database.
Rule 3: what surely left nothing behind is done again: a transaction that fell to a deadlock, or whose connection broke
        before its commit. One that broke during its commit is not.
Rule 4: a deadline ends the wait for SQLite's write lock at once, though the driver's thread goes on: the write may
        still be done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Executable, Table, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from authwright.adapters.connections import Connections
from authwright.adapters.deadline import TIMEOUT, has_passed
from authwright.adapters.engine import Source, begin
from authwright.blocking import on_background, shielded
from authwright.errors import Conflict
from authwright.loops import PerLoop

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
        timeout: How long to wait for a connection, and for other writers, in seconds.
    """

    def __init__(
        self, source: Source, tables: Sequence[Table], create_tables: bool | None, timeout: float = TIMEOUT
    ) -> None:
        self._source = source
        self._tables = tables
        self._sqlite = source.backend == "sqlite"
        self._creates = self._sqlite if create_tables is None else create_tables
        self._connections = PerLoop(lambda: Connections(source, timeout), Connections.aclose)

    async def read_one(self, statement: Executable, **parameters: object) -> Sequence[Any] | None:
        """The first row that *statement* answers, its bound *parameters* filled in."""
        rows = await self.read_all(statement, **parameters)
        return rows[0] if rows else None

    async def read_all(self, statement: Executable, **parameters: object) -> Sequence[Sequence[Any]]:
        """All rows that *statement* answers."""
        if self._source.is_in_memory:
            return await on_background(self._read(statement, parameters))
        return await self._read(statement, parameters)

    async def write(self, work: Work[T]) -> T:
        """Run *work* in one transaction; answer what it does. It may run again, after a transaction that was undone.

        Raises:
            Conflict: It violates a constraint; then nothing of it was done.
            TimeoutError: Other writers took more time than there is.
        """
        if self._source.is_in_memory:
            return await on_background(self._write(work))
        if self._sqlite:
            return await _until_deadline(self._write(work))
        return await self._write(work)

    async def create_all(self) -> None:
        """Make what tables are missing."""
        if self._source.is_in_memory:
            await on_background(self._create())
        else:
            await self._create()

    async def aclose(self) -> None:
        """Close the connections that were opened here. A later statement opens new ones."""
        await self._connections.aclose()

    async def _read(self, statement: Executable, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        connections = await self._prepared()
        try:
            return await self._read_once(connections, statement, parameters)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        # The pool's connections were closed at the other end; it has dropped them all.
        return await self._read_once(connections, statement, parameters)

    async def _read_once(
        self, connections: Connections, statement: Executable, parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        def read() -> Sequence[Sequence[Any]]:
            with connections.reads.sync_engine.connect() as connection:
                return connection.execute(statement, parameters).all()

        async with connections.turn_to_read():
            # One change of stacks for the whole of it, where AsyncConnection takes three: a third of the time.
            return await greenlet_spawn(read)

    async def _write(self, work: Work[T]) -> T:
        connections = await self._prepared()
        for tries_left in reversed(range(_TRIES)):
            try:
                async with connections.turn_to_write(), connections.writes.connect() as connection:
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

    async def _prepared(self) -> Connections:
        connections = self._opened()
        if not connections.is_ready:
            async with connections.preparing:
                if not connections.is_ready:
                    await self._prepare(connections)
                    connections.is_ready = True
        return connections

    def _opened(self) -> Connections:
        connections = self._connections.get()
        connections.check_owner()
        return connections

    async def _prepare(self, connections: Connections) -> None:
        if self._creates and await self._lacks_tables(connections):
            await self._create()
        if self._sqlite and self._source.url and not connections.is_one:
            await _let_readers_read(connections.engine)

    async def _create(self) -> None:
        connections = self._opened()
        metadata = self._tables[0].metadata
        for tries_left in reversed(range(_TRIES)):
            try:
                async with connections.turn_to_write(), connections.writes.begin() as connection:
                    await connection.run_sync(metadata.create_all, self._tables)
                return
            except DBAPIError:
                # Another process makes them at the same instant; what it made is left out in the next try.
                if self._sqlite or not tries_left:
                    raise

    async def _lacks_tables(self, connections: Connections) -> bool:
        async with connections.turn_to_read(), connections.engine.connect() as connection:
            names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        return not {table.name for table in self._tables} <= set(names)


async def _until_deadline(work: Coroutine[Any, Any, T]) -> T:
    """Return what *work* returns. Interrupt it with its caller, but leave it alone when the deadline has passed."""
    task = asyncio.ensure_future(work)
    try:
        return await shielded(task)
    except asyncio.CancelledError:
        if not has_passed():
            task.cancel()
            await asyncio.wait({task})
        raise


def _was_undone(error: DBAPIError) -> bool:
    cause: Any = error.orig
    codes = {getattr(cause, "sqlstate", None), *getattr(cause, "args", ())[:1]}
    return error.connection_invalidated or bool(codes & _FELL_TO_OTHERS)


async def _let_readers_read(engine: AsyncEngine) -> None:
    """Keep SQLite's log ahead of writes (WAL), with which a write makes no reader wait."""
    async with engine.connect() as connection:
        # SQLite refuses the change while another process uses the file. The mode stays in the file, so one change
        # at any start is enough.
        with suppress(OperationalError):
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
