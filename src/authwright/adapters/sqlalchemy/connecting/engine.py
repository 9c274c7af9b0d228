"""The engine for a database URL: asynchronous, never logging values, and with SQLite set up for concurrent users.

SQLite, rule 1: foreign keys are enforced. By default, SQLite does not enforce them.
SQLite, rule 2: a write takes the write lock when it begins. If a transaction takes the lock later and another
        transaction has written in between, it fails at once, whatever the busy timeout
        (https://sqlite.org/lang_transaction.html).
SQLite, rule 3: a read does not begin a transaction, so it never waits.
Servers, rule 1: a read is one query, without a transaction and without a ping before it. Behind a pooler, and on the
        app's own engine, it has a transaction.
Servers, rule 2: each statement of a write sees everything that was committed before it (READ COMMITTED), whatever the
        isolation level of the engine. A statement that waited for a row lock then sees the new state of the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any, TypeAlias

from sqlalchemy import URL, Connection, Dialect, StaticPool, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine

from authwright.adapters.deadline import TIMEOUT
from authwright.adapters.sqlalchemy.connecting.pooler import WITHOUT_PREPARED_STATEMENTS, refuse_pooler
from authwright.adapters.sqlalchemy.connecting.url import OPTION, DatabaseURL, read_database_url
from authwright.errors import ConfigurationError

POOL_SIZE = 10
"""The maximum number of connections of a loop. Waiting for one costs less than opening and closing an extra one."""

_WRITES = "authwright_writes"
# The name of each driver's timeout for opening a connection. The default is a minute, or as long as the system allows.
_CONNECT_TIMEOUT = {
    "asyncpg": "timeout",
    "psycopg": "connect_timeout",
    "aiomysql": "connect_timeout",
    "asyncmy": "connect_timeout",
}

Given: TypeAlias = str | URL | AsyncEngine | async_sessionmaker[Any]


@dataclass(frozen=True)
class Source:
    """The source of an engine: a URL, or the app's own engine."""

    address: DatabaseURL | None
    own: AsyncEngine | None = None

    @classmethod
    def of(cls, given: Given) -> Source:
        """Return the source for the option *given*.

        Raises:
            ConfigurationError: *given* has no asynchronous engine, and none can be created from it.
        """
        if isinstance(given, async_sessionmaker):
            engine = given.kw.get("bind")
            if not isinstance(engine, AsyncEngine):
                problem = "the session maker has no AsyncEngine."
                raise ConfigurationError(OPTION, problem, "Use async_sessionmaker(engine).")
            return cls(None, engine)
        return cls(None, given) if isinstance(given, AsyncEngine) else cls(read_database_url(given))

    @property
    def url(self) -> URL | None:
        """The URL, or None for the app's own engine."""
        return self.address.url if self.address else None

    @property
    def backend(self) -> str:
        """SQLAlchemy's name of the database, such as ``postgresql``."""
        return self.own.dialect.name if self.own else self.url.get_backend_name() if self.url else ""

    @property
    def dialect(self) -> Dialect:
        """SQLAlchemy's description of the database."""
        return self.own.dialect if self.own else self.url.get_dialect()() if self.url else DefaultDialect()

    @property
    def is_in_memory(self) -> bool:
        """Whether the source is a URL of an SQLite database in memory, which exists only in its one connection."""
        return self.backend == "sqlite" and self.url is not None and _is_in_memory(self.url)

    def engine(self, timeout: float = TIMEOUT, *, is_pooled: bool = False) -> AsyncEngine:
        """Return the app's own engine, or a new engine. A new one never shows values of a statement in an error.

        Args:
            timeout: The time limit for each wait of a new engine, in seconds: for a connection of the pool, for opening
                a connection, and for locks of other transactions.
            is_pooled: Whether the server is known to be a pooler. Such an engine also works without one.
        """
        if self.own:
            return self.own
        assert self.address
        if self.backend == "sqlite":
            return _make_sqlite_engine(self.address, timeout)
        return _make_engine(self.address, timeout, is_pooled=is_pooled or self.address.is_pooled)


def _make_engine(address: DatabaseURL, timeout: float, *, is_pooled: bool) -> AsyncEngine:
    url, driver = address.url, address.url.get_driver_name()
    arguments: dict[str, Any] = {}
    if driver in _CONNECT_TIMEOUT:
        arguments[_CONNECT_TIMEOUT[driver]] = timeout if driver == "asyncpg" else ceil(timeout)
    if url.get_backend_name() in ("mysql", "mariadb"):
        # If a caller disconnects while it waits for a row lock, the server does not notice it and keeps the connection
        # until this time limit. Without the time zone, a TIMESTAMP of an app's own table would depend on the server.
        arguments["init_command"] = (
            f"SET SESSION innodb_lock_wait_timeout = {ceil(timeout)}, SESSION time_zone = '+00:00'"
        )
        arguments["charset"] = "utf8mb4"
    arguments = {name: value for name, value in arguments.items() if name not in url.query}
    if is_pooled or driver == "psycopg":
        arguments |= WITHOUT_PREPARED_STATEMENTS.get(driver, {})
    has_transactions = is_pooled and driver == "asyncpg"
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=timeout,
        connect_args={**arguments, **address.arguments},
        **(
            {"isolation_level": "AUTOCOMMIT"} if url.get_backend_name() == "postgresql" and not has_transactions else {}
        ),
    )
    if driver == "asyncpg" and not is_pooled:
        refuse_pooler(engine)
    return engine


def _make_sqlite_engine(address: DatabaseURL, timeout: float) -> AsyncEngine:
    url = address.url
    # With isolation_level=None, the driver does not begin transactions (https://docs.python.org/3/library/sqlite3).
    arguments: dict[str, Any] = {"isolation_level": None, **address.arguments}
    if "timeout" not in url.query:
        arguments.setdefault("timeout", timeout)
    pool = StaticPool if _is_in_memory(url) else None
    engine = create_async_engine(url, hide_parameters=True, poolclass=pool, connect_args=arguments)
    event.listen(engine.sync_engine, "connect", _keep_foreign_keys)
    event.listen(engine.sync_engine, "begin", _take_write_lock)
    return engine


def for_writes(engine: AsyncEngine) -> AsyncEngine:
    """Return *engine* in the mode for transactions that write."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="READ COMMITTED")
    return engine.execution_options(**{_WRITES: True})


async def begin(connection: AsyncConnection) -> None:
    """Begin a transaction that writes, on databases for which the mode of ``for_writes`` is not enough."""
    if connection.dialect.name in ("mysql", "mariadb"):
        # Use statements: SQLAlchemy sets an isolation level in code that does not detect broken connections.
        await connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        await connection.exec_driver_sql("START TRANSACTION")


def _is_in_memory(url: URL) -> bool:
    return not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"


def _keep_foreign_keys(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _take_write_lock(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
