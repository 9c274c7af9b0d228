"""Run single reads and transactions of writes on a database, and create its tables at first use.

Rule 1: no connection is opened before the first statement. If the first use fails, the next use tries again.
Rule 2: a database in memory has one connection on one loop, so all its work runs on the background loop. This work is
        not interrupted, because SQLAlchemy drops the connection of an interrupted statement, and then the whole
        database would be lost.
Rule 3: a transaction is repeated only if it certainly changed nothing: it was rolled back because of a deadlock, or its
        connection broke before the commit. If the connection broke during the commit, it is not repeated.
Rule 4: a deadline ends the wait for SQLite's write lock at once, but the driver's thread continues, so the write may
        still happen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Table, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import greenlet_spawn

from authwright.adapters.deadline import TIMEOUT, has_passed
from authwright.adapters.failures import Failure, Kind
from authwright.adapters.sqlalchemy.connecting.connections import Connections
from authwright.adapters.sqlalchemy.connecting.engine import Source, begin
from authwright.adapters.sqlalchemy.connecting.url import OPTION
from authwright.errors import ConfigurationError
from authwright.server.runtime.blocking import on_background, shielded
from authwright.server.runtime.loops import PerLoop

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]

MIGRATE = "Run `authwright migrate` with this URL in DATABASE_URL. A small app can use create_tables=True instead."
"""What to do if one of our own tables is missing."""

_TRIES = 5
# PostgreSQL's serialization_failure and deadlock_detected; MySQL's ER_LOCK_DEADLOCK and MariaDB's ER_CHECKREAD.
_FELL_TO_OTHERS = {"40001", "40P01", 1213, 1020}


class SQLDatabase:
    """Access to one database.

    Args:
        source: The source of the engine. An app's own engine is used as it is and is not closed.
        tables: The tables.
        create_tables: Whether to create missing tables at first use. None means on SQLite only.
        timeout: The time limit, in seconds, for waiting for a connection and for waiting for other writers.
        option: The option that decides about the tables, for error messages.
        remedy: What to do if a table or column is missing, for error messages.
    """

    def __init__(
        self,
        source: Source,
        tables: Sequence[Table],
        create_tables: bool | None,
        timeout: float = TIMEOUT,
        *,
        option: str = OPTION,
        remedy: str = MIGRATE,
    ) -> None:
        self._source = source
        self._tables = tables
        self._sqlite = source.backend == "sqlite"
        self._creates = self._sqlite if create_tables is None else create_tables
        self._option = option
        self._remedy = remedy
        self._connections = PerLoop(lambda: Connections(source, timeout), Connections.aclose)

    async def read_one(self, statement: Executable, **parameters: object) -> Sequence[Any] | None:
        """Run *statement* with its bound *parameters*, and return the first row, or None if there is none."""
        rows = await self.read_all(statement, **parameters)
        return rows[0] if rows else None

    async def read_all(self, statement: Executable, **parameters: object) -> Sequence[Sequence[Any]]:
        """Run *statement* with its bound *parameters*, and return all rows.

        Raises:
            ConfigurationError: A table or column is missing.
        """
        if self._source.is_in_memory:
            return await on_background(self._read(statement, parameters))
        return await self._read(statement, parameters)

    async def write(self, work: Work[T]) -> T:
        """Run *work* in one transaction and return its result. If the transaction is rolled back, *work* may run again.

        Raises:
            Conflict: *work* violated a unique constraint. Nothing was changed.
            NoSuchUser: *work* violated a foreign key. Nothing was changed.
            ConfigurationError: *work* violated another constraint, or a table or column is missing.
            TimeoutError: The wait for other writers took longer than the time limit.
        """
        if self._source.is_in_memory:
            return await on_background(self._write(work))
        if self._sqlite:
            return await _until_deadline(self._write(work))
        return await self._write(work)

    async def create_all(self) -> None:
        """Create the missing tables."""
        if self._source.is_in_memory:
            await on_background(self._create_all())
        else:
            await self._create_all()

    async def aclose(self) -> None:
        """Close the connections that were opened here. The next statement opens new ones."""
        await self._connections.aclose()

    async def _read(self, statement: Executable, parameters: Mapping[str, object]) -> Sequence[Sequence[Any]]:
        connections = await self._prepared()
        try:
            return await self._read_once(connections, statement, parameters)
        except DBAPIError as error:
            if not error.connection_invalidated:
                await self._explain(connections, error)
                raise
        # The server has closed the connections of the pool, and the pool has dropped all of them.
        return await self._read_once(connections, statement, parameters)

    async def _read_once(
        self, connections: Connections, statement: Executable, parameters: Mapping[str, object]
    ) -> Sequence[Sequence[Any]]:
        def read() -> Sequence[Sequence[Any]]:
            with connections.engine.sync_engine.connect() as connection:
                return connection.execute(statement, parameters).all()

        async with connections.turn_to_read():
            # One greenlet switch takes a third of the time of the three switches that AsyncConnection would make.
            return await greenlet_spawn(read)

    async def _write(self, work: Work[T]) -> T:
        connections = await self._prepared()
        for tries_left in reversed(range(_TRIES)):
            try:
                async with connections.turn_to_write(), connections.writes.connect() as connection:
                    try:
                        await begin(connection)
                        result = await work(connection)
                    except DBAPIError as error:
                        if tries_left and _was_undone(error):
                            continue
                        raise
                    await connection.commit()
                    return result
            except DBAPIError as error:
                await self._explain(connections, error)
                raise
        raise AssertionError("The last try returns or raises.")

    async def _explain(self, connections: Connections, error: DBAPIError) -> None:
        """Raise an exception that says what *error* means, if that is known."""
        failure = Failure.of(error.orig)
        if failure is None and isinstance(error, IntegrityError):
            failure = Failure(Kind.DUPLICATE, "")
        if failure is None:
            return
        missing = await self._missing(connections) if failure.kind is Kind.NO_TABLE else []
        # Drop the original error: its text may quote the row.
        if missing:
            problem = f"the database lacks {', '.join(missing)}."
            raise ConfigurationError(self._option, problem, self._remedy) from None
        raise failure.as_error(self._option, self._remedy) from None

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
        await connections.recognise_pooler()
        if self._creates and await self._lacks_tables(connections):
            await self._create(connections)
        if self._sqlite and self._source.url and not connections.is_one:
            await _let_readers_read(connections.engine)

    async def _create_all(self) -> None:
        await self._create(await self._prepared())

    async def _create(self, connections: Connections) -> None:
        metadata = self._tables[0].metadata
        for tries_left in reversed(range(_TRIES)):
            try:
                async with connections.turn_to_write(), connections.writes.begin() as connection:
                    await connection.run_sync(metadata.create_all, self._tables)
                return
            except DBAPIError:
                # Another process creates the tables at the same time. The next try skips the tables that exist then.
                if self._sqlite or not tries_left:
                    raise

    async def _lacks_tables(self, connections: Connections) -> bool:
        async with connections.turn_to_read(), connections.engine.connect() as connection:
            return bool(await connection.run_sync(_missing_tables, self._tables))

    async def _missing(self, connections: Connections) -> list[str]:
        """Return what the database lacks: tables, and columns of the other tables."""
        async with connections.turn_to_read(), connections.engine.connect() as connection:
            missing = await connection.run_sync(_missing_tables, self._tables)
            present = [table for table in self._tables if table.fullname not in missing]
            columns = await connection.run_sync(_missing_columns, present)
        return [f"the table {name}" for name in missing] + [f"the column {name}" for name in columns]


def _missing_tables(connection: Connection, tables: Sequence[Table]) -> list[str]:
    inspector = inspect(connection)
    return [table.fullname for table in tables if not inspector.has_table(table.name, table.schema)]


def _missing_columns(connection: Connection, tables: Sequence[Table]) -> list[str]:
    inspector = inspect(connection)
    missing = []
    for table in tables:
        present = {column["name"] for column in inspector.get_columns(table.name, table.schema)}
        missing += [f"{table.fullname}.{column.name}" for column in table.columns if column.name not in present]
    return missing


async def _until_deadline(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* and return its result. If the caller is cancelled, cancel *work*, unless the deadline has passed."""
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
    """Switch SQLite to its write-ahead log (WAL), so that a write does not block readers."""
    async with engine.connect() as connection:
        # SQLite refuses the change while another process uses the file. The mode is stored in the file, so it is
        # enough if one process succeeds once.
        with suppress(OperationalError):
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
