"""The engine for a database URL: asynchronous, never logging values, and with SQLite set up for concurrent users.

SQLite, rule 1: foreign keys are enforced. By default, SQLite does not enforce them.
SQLite, rule 2: a write takes the write lock when it begins. If a transaction takes the lock later and another
        transaction has written in between, it fails at once, whatever the busy timeout
        (https://sqlite.org/lang_transaction.html).
SQLite, rule 3: a read does not begin a transaction, so it never waits.
Servers, rule 1: a read is one query, without a transaction and without a ping before it.
Servers, rule 2: each statement of a write sees everything that was committed before it (READ COMMITTED), whatever the
        isolation level of the engine. A statement that waited for a row lock then sees the new state of the row.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any, TypeAlias

from sqlalchemy import URL, Connection, StaticPool, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker, create_async_engine

from authwright.adapters.deadline import TIMEOUT
from authwright.errors import ConfigurationError

OPTION = "url_or_engine"
POOL_SIZE = 10
"""The maximum number of connections of a loop. Waiting for one costs less than opening and closing an extra one."""

_WRITES = "authwright_writes"
_DRIVERS = {
    "sqlite": ("sqlite+aiosqlite:///auth.db", "pip install 'authwright[sqlite]'"),
    "postgresql": ("postgresql+asyncpg://...", "pip install 'authwright[postgresql]'"),
    "mysql": ("mysql+aiomysql://...", "pip install 'authwright[mysql]'"),
    "mariadb": ("mariadb+aiomysql://...", "pip install 'authwright[mysql]'"),
}
# The name of each driver's timeout for opening a connection. The default is a minute, or as long as the system allows.
_CONNECT_TIMEOUT = {"asyncpg": "timeout", "aiomysql": "connect_timeout", "asyncmy": "connect_timeout"}

Given: TypeAlias = str | URL | AsyncEngine | async_sessionmaker[Any]


@dataclass(frozen=True)
class Source:
    """The source of an engine: a URL, or the app's own engine."""

    url: URL | None
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
        return cls(None, given) if isinstance(given, AsyncEngine) else cls(check_url(given))

    @property
    def backend(self) -> str:
        """SQLAlchemy's name of the database, such as ``postgresql``."""
        return self.own.dialect.name if self.own else self.url.get_backend_name() if self.url else ""

    @property
    def is_in_memory(self) -> bool:
        """Whether the source is a URL of an SQLite database in memory, which exists only in its one connection."""
        return self.backend == "sqlite" and self.url is not None and _is_in_memory(self.url)

    def engine(self, timeout: float = TIMEOUT) -> AsyncEngine:
        """Return the app's own engine, or a new engine.

        Args:
            timeout: The time limit for each wait of a new engine, in seconds.
        """
        if self.own:
            return self.own
        assert self.url
        return make_engine(self.url, timeout)


def check_url(url: str | URL) -> URL:
    """Parse *url*.

    Raises:
        ConfigurationError: The URL is invalid, or its driver is missing or not asynchronous. The error does not quote
            the URL, because it may contain a password.
    """
    example, install = _DRIVERS["sqlite"]
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        problem = "the value is not a database URL, an AsyncEngine or an async_sessionmaker."
        raise ConfigurationError(OPTION, problem, f"Use a URL such as '{example}'.") from None
    name = parsed.drivername
    example, install = _DRIVERS.get(parsed.get_backend_name(), (example, install))
    try:
        dialect = parsed.get_dialect()
    except NoSuchModuleError:
        problem = f"SQLAlchemy does not know the database {name!r} in the URL."
        raise ConfigurationError(OPTION, problem, f"Use a URL such as '{example}'.") from None
    if not dialect.is_async:
        problem = f"the driver {name!r} in the URL is not asynchronous."
        raise ConfigurationError(OPTION, problem, f"Use a URL such as '{example}' ({install}).")
    try:
        dialect.import_dbapi()
    except ImportError:
        problem = f"the driver for {name!r} is not installed."
        raise ConfigurationError(OPTION, problem, f"Run: {install}") from None
    return parsed


def make_engine(url: URL, timeout: float) -> AsyncEngine:
    """Return a new engine for *url*. It never includes the values of a statement in an error or in the log.

    Args:
        url: The database URL.
        timeout: The time limit, in seconds, for waiting for a connection of the pool, for opening a connection, and for
            locks of other transactions.
    """
    if url.get_backend_name() == "sqlite":
        return _make_sqlite_engine(url, timeout)
    arguments: dict[str, Any] = {}
    name = _CONNECT_TIMEOUT.get(url.get_driver_name())
    if name:
        arguments[name] = timeout
    if url.get_backend_name() in ("mysql", "mariadb"):
        # If a caller disconnects while it waits for a row lock, the server does not notice it and keeps the connection
        # until this time limit.
        arguments["init_command"] = f"SET SESSION innodb_lock_wait_timeout = {ceil(timeout)}"
    arguments = {name: value for name, value in arguments.items() if name not in url.query}
    options = {"isolation_level": "AUTOCOMMIT"} if url.get_backend_name() == "postgresql" else {}
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=timeout,
        connect_args=arguments,
        **options,
    )


def _make_sqlite_engine(url: URL, timeout: float) -> AsyncEngine:
    # With isolation_level=None, the driver does not begin transactions (https://docs.python.org/3/library/sqlite3).
    arguments: dict[str, Any] = {"isolation_level": None}
    if "timeout" not in url.query:
        arguments["timeout"] = timeout
    pool = StaticPool if _is_in_memory(url) else None
    engine = create_async_engine(url, hide_parameters=True, poolclass=pool, connect_args=arguments)
    event.listen(engine.sync_engine, "connect", _keep_foreign_keys)
    event.listen(engine.sync_engine, "begin", _take_write_lock)
    return engine


def for_reads(engine: AsyncEngine, *, own: bool) -> AsyncEngine:
    """Return *engine* in the mode for reads.

    Args:
        engine: The engine.
        own: Whether ``make_engine`` created the engine, so that it is in this mode already.
    """
    # On MySQL, changing the mode of a connection and back takes longer than the transaction that it would save.
    if own or engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


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
