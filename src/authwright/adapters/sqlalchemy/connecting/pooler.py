"""PostgreSQL through a pooler such as PgBouncer.

Rule 1: in PgBouncer's transaction mode, each transaction may use another connection to the server. So no prepared
        statement is kept, and a read needs a transaction: its statement is prepared in one step and run in another.
Rule 2: prepared statements have no name. Otherwise a connection could run the statement that another client prepared
        under the same name.
Rule 3: a pooler is recognised by the process id that PostgreSQL sends when a connection is opened: that of a pooler is
        not the id of the process that runs the queries.
Rule 4: psycopg prepares and runs a statement in one step if it is told not to keep prepared statements.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, event
from sqlalchemy.ext.asyncio import AsyncEngine

WITHOUT_PREPARED_STATEMENTS: dict[str, dict[str, Any]] = {
    "asyncpg": {
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": lambda: "",
    },
    "psycopg": {"prepare_threshold": None},
}
"""Arguments for ``connect`` of each driver."""


class BehindPoolerError(Exception):
    """The server of a connection that was just opened is a pooler."""


def refuse_pooler(engine: AsyncEngine) -> None:
    """Make *engine*, which uses asyncpg, raise ``BehindPoolerError`` if it would connect to a pooler."""
    event.listen(engine.sync_engine, "do_connect", _connect)


def _connect(dialect: Dialect, record: object, args: Any, parameters: Any) -> Any:
    connection = dialect.connect(*args, **parameters)
    try:
        # SQLAlchemy's own first queries would already fail.
        if connection.run_async(_is_behind_pooler):
            raise BehindPoolerError
    except BaseException:
        dialect.do_terminate(connection)
        raise
    return connection


async def _is_behind_pooler(connection: Any) -> bool:
    async with connection.transaction():
        running = await connection.fetchval("SELECT pg_backend_pid()")
    return bool(running != connection.get_server_pid())
