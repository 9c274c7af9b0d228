"""Alembic revisions of the tables: ``authwright migrate`` runs them. They need ``pip install 'authwright[migrate]'``.

``default/``: authwright's own tables. ``pg/``: what the tables of ``@auth/pg-adapter`` lack. Which of them a database
has is written in its table ``authwright_version``, beside whatever an app's own Alembic keeps.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from authwright.adapters.engine import Source, for_writes

_HERE = Path(__file__).parent


async def migrate(url: str, schema: str | None = None) -> None:
    """Bring the tables of the database at *url* up to date, in one transaction where the database can.

    Args:
        url: As ``SQLAlchemyAdapter`` takes it.
        schema: ``"pg"``: the tables are those of ``@auth/pg-adapter``. None: they are ours.

    Raises:
        ConfigurationError: The URL cannot be read; or rows are there that the constraints forbid.
    """
    engine = Source.of(url).engine()
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
        environment.configure(connection=connection, version_table="authwright_version")
        environment.run_migrations()
