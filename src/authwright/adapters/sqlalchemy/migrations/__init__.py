"""Alembic migrations of the tables, run by ``authwright migrate``. They need ``pip install 'authwright[migrate]'``.

``default/`` has the migrations of authwright's own tables; ``pg/`` adds what the tables of ``@auth/pg-adapter`` lack.
The current revision is stored in the table ``authwright_version``, separately from that of an app's own migrations.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from authwright.adapters.sqlalchemy.connecting.engine import Source, for_writes

VERSION_TABLE = "authwright_version"
"""The table with the current revision of a database."""

_HERE = Path(__file__).parent


async def migrate(url: str, schema: str | None = None) -> None:
    """Bring the tables of a database up to date, in one transaction if the database can roll back changes of tables.

    Args:
        url: The database URL, the same as for ``SQLAlchemyAdapter``.
        schema: ``"pg"`` for the tables of ``@auth/pg-adapter``, None for our own tables.

    Raises:
        ConfigurationError: The URL is invalid, or existing rows violate a new constraint.
    """
    engine = Source.of(url).engine(is_pooled=True)
    try:
        async with for_writes(engine).begin() as connection:
            await connection.run_sync(_upgrade, schema or "default")
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, branch: str) -> None:
    script = ScriptDirectory(str(_HERE), version_locations=[str(_HERE / branch)])

    def to_head(revision: Any, context: Any) -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), script, fn=to_head) as environment:
        environment.configure(connection=connection, version_table=VERSION_TABLE)
        environment.run_migrations()
