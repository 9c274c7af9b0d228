"""The engine for a database URL: asynchronous, silent about values, and SQLite set up for many users at once.

SQLite, rule 1: foreign keys are kept, which SQLite leaves off by default.
SQLite, rule 2: a write takes the write lock as it begins. A transaction that takes it later fails at once, whatever
        the busy timeout, where another one wrote in between (https://sqlite.org/lang_transaction.html).
SQLite, rule 3: a read begins no transaction, so it waits for nobody.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Connection, StaticPool, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from authwright.errors import ConfigurationError

BUSY_TIMEOUT = 5.0
"""How long a write waits for other writers, in seconds."""

_OPTION = "url_or_engine"
_WRITES = "authwright_writes"
_DRIVERS = {
    "sqlite": ("sqlite+aiosqlite:///auth.db", "pip install 'authwright[sqlite]'"),
    "postgresql": ("postgresql+asyncpg://...", "pip install asyncpg"),
    "mysql": ("mysql+aiomysql://...", "pip install aiomysql"),
    "mariadb": ("mariadb+aiomysql://...", "pip install aiomysql"),
}


def check_url(url: str | URL) -> URL:
    """*url*, parsed. Raises ``ConfigurationError`` where no asynchronous engine can be made for it.

    The error never quotes the URL, which may hold a password.
    """
    example, install = _DRIVERS["sqlite"]
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise ConfigurationError(
            _OPTION, "is neither a database URL nor an AsyncEngine.", f"Use one such as '{example}'."
        ) from None
    name = parsed.drivername
    example, install = _DRIVERS.get(parsed.get_backend_name(), (example, install))
    try:
        dialect = parsed.get_dialect()
    except NoSuchModuleError:
        problem = f"names {name!r}, which SQLAlchemy does not know."
        raise ConfigurationError(_OPTION, problem, f"Use one such as '{example}'.") from None
    if not dialect.is_async:
        problem = f"names the driver {name!r}, which is not asynchronous."
        raise ConfigurationError(_OPTION, problem, f"Use '{example}' ({install}).")
    try:
        dialect.import_dbapi()
    except ImportError:
        raise ConfigurationError(_OPTION, f"needs the driver of {name!r}.", f"Run: {install}") from None
    return parsed


def make_engine(url: URL) -> AsyncEngine:
    """An engine for *url* that never writes the values of a statement into an error or a log."""
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, hide_parameters=True, pool_pre_ping=True)
    # Without an isolation level the driver begins no transaction of its own (https://docs.python.org/3/library/sqlite3).
    options: dict[str, Any] = {"isolation_level": None}
    if "timeout" not in url.query:
        options["timeout"] = BUSY_TIMEOUT
    pool = StaticPool if _is_in_memory(url) else None
    engine = create_async_engine(url, hide_parameters=True, poolclass=pool, connect_args=options)
    event.listen(engine.sync_engine, "connect", _keep_foreign_keys)
    event.listen(engine.sync_engine, "begin", _take_write_lock)
    return engine


def for_writes(engine: AsyncEngine) -> AsyncEngine:
    """*engine*, whose transactions write."""
    return engine.execution_options(**{_WRITES: True})


def _is_in_memory(url: URL) -> bool:
    return not url.database or ":memory:" in url.database or url.query.get("mode") == "memory"


def _keep_foreign_keys(connection: Any, record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _take_write_lock(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
