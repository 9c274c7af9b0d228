"""The engine for a database URL: asynchronous, silent about values, and SQLite set up for many users at once.

SQLite, rule 1: foreign keys are kept, which SQLite leaves off by default.
SQLite, rule 2: a write takes the write lock as it begins. A transaction that takes it later fails at once, whatever
        the busy timeout, where another one wrote in between (https://sqlite.org/lang_transaction.html).
SQLite, rule 3: a read begins no transaction, so it waits for nobody.
Servers, rule 1: a read is one query, without a transaction around it and without a ping before it.
Servers, rule 2: a write sees what others committed before each of its statements, whatever the engine's own isolation
        level: whoever waited for a row learns what became of it.
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
"""How many connections a loop opens. To open and close one more for each use costs more than to wait for one."""

_WRITES = "authwright_writes"
_DRIVERS = {
    "sqlite": ("sqlite+aiosqlite:///auth.db", "pip install 'authwright[sqlite]'"),
    "postgresql": ("postgresql+asyncpg://...", "pip install 'authwright[postgresql]'"),
    "mysql": ("mysql+aiomysql://...", "pip install 'authwright[mysql]'"),
    "mariadb": ("mariadb+aiomysql://...", "pip install 'authwright[mysql]'"),
}
# What each driver calls the time for opening a connection. It tries for a minute, or as long as the system does.
_CONNECT_TIMEOUT = {"asyncpg": "timeout", "aiomysql": "connect_timeout", "asyncmy": "connect_timeout"}

Given: TypeAlias = str | URL | AsyncEngine | async_sessionmaker[Any]


@dataclass(frozen=True)
class Source:
    """Where the engine comes from: a URL of which one is made, or the app's own."""

    url: URL | None
    own: AsyncEngine | None = None

    @classmethod
    def of(cls, given: Given) -> Source:
        """Raises ``ConfigurationError`` where there is no asynchronous engine behind *given*."""
        if isinstance(given, async_sessionmaker):
            engine = given.kw.get("bind")
            if not isinstance(engine, AsyncEngine):
                raise ConfigurationError(
                    OPTION, "is a session maker without an engine.", "Use async_sessionmaker(engine)."
                )
            return cls(None, engine)
        return cls(None, given) if isinstance(given, AsyncEngine) else cls(check_url(given))

    @property
    def backend(self) -> str:
        return self.own.dialect.name if self.own else self.url.get_backend_name() if self.url else ""

    @property
    def is_in_memory(self) -> bool:
        """Whether it is a new SQLite database in memory, which lives in one connection."""
        return self.backend == "sqlite" and self.url is not None and _is_in_memory(self.url)

    def engine(self, timeout: float = TIMEOUT) -> AsyncEngine:
        """The app's own engine, or a new one. *timeout*: seconds for each wait."""
        if self.own:
            return self.own
        assert self.url
        return make_engine(self.url, timeout)


def check_url(url: str | URL) -> URL:
    """*url*, parsed. Raises ``ConfigurationError`` where no asynchronous engine can be made for it.

    The error never quotes the URL, which may hold a password.
    """
    example, install = _DRIVERS["sqlite"]
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            OPTION, "is no database URL, AsyncEngine or async_sessionmaker.", f"Use one such as '{example}'."
        ) from None
    name = parsed.drivername
    example, install = _DRIVERS.get(parsed.get_backend_name(), (example, install))
    try:
        dialect = parsed.get_dialect()
    except NoSuchModuleError:
        problem = f"names {name!r}, which SQLAlchemy does not know."
        raise ConfigurationError(OPTION, problem, f"Use one such as '{example}'.") from None
    if not dialect.is_async:
        problem = f"names the driver {name!r}, which is not asynchronous."
        raise ConfigurationError(OPTION, problem, f"Use '{example}' ({install}).")
    try:
        dialect.import_dbapi()
    except ImportError:
        raise ConfigurationError(OPTION, f"needs the driver of {name!r}.", f"Run: {install}") from None
    return parsed


def make_engine(url: URL, timeout: float) -> AsyncEngine:
    """An engine for *url* that never writes the values of a statement into an error or a log.

    *timeout*: how long to wait for a connection, for a new one, and for the locks of others, in seconds.
    """
    if url.get_backend_name() == "sqlite":
        return _make_sqlite_engine(url, timeout)
    arguments: dict[str, Any] = {}
    name = _CONNECT_TIMEOUT.get(url.get_driver_name())
    if name:
        arguments[name] = timeout
    if url.get_backend_name() in ("mysql", "mariadb"):
        # The server does not notice that a caller has gone who waits for a row, and keeps the connection for that time.
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
    # Without an isolation level the driver begins no transaction of its own (https://docs.python.org/3/library/sqlite3).
    arguments: dict[str, Any] = {"isolation_level": None}
    if "timeout" not in url.query:
        arguments["timeout"] = timeout
    pool = StaticPool if _is_in_memory(url) else None
    engine = create_async_engine(url, hide_parameters=True, poolclass=pool, connect_args=arguments)
    event.listen(engine.sync_engine, "connect", _keep_foreign_keys)
    event.listen(engine.sync_engine, "begin", _take_write_lock)
    return engine


def for_reads(engine: AsyncEngine, *, own: bool) -> AsyncEngine:
    """*engine*, whose statements are queries. *own*: ``make_engine`` made it, in this mode."""
    # On MySQL, to change the mode of a connection and back takes longer than the transaction that it saves.
    if own or engine.dialect.name != "postgresql":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def for_writes(engine: AsyncEngine) -> AsyncEngine:
    """*engine*, whose transactions write."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="READ COMMITTED")
    return engine.execution_options(**{_WRITES: True})


async def begin(connection: AsyncConnection) -> None:
    """Begin a transaction that writes, where the engine's own beginning is not enough."""
    if connection.dialect.name in ("mysql", "mariadb"):
        # By statements: an option of the connection would be set where no broken connection is recognised.
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
