"""The Alembic history of an app: a folder with ``env.py`` and revisions, and Alembic's own commands."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import alembic
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import create_async_engine

from authwright.adapters.sqlalchemy.alembic import include_object, render_item

Result = TypeVar("Result")

ENV = """
from alembic import context

context.configure(connection=context.config.attributes["connection"], **context.config.attributes["options"])
with context.begin_transaction():
    context.run_migrations()
"""
TEMPLATE = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"


async def with_connection(url: URL, work: Callable[[Connection], Result]) -> Result:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


class AppHistory:
    """The history of an app whose ``env.py`` has our hooks, and compares types and server defaults.

    Args:
        url: The database.
        folder: An empty folder.
        target_metadata: What autogenerate compares with the database.
        options: Further options of ``context.configure``.
    """

    def __init__(self, url: URL, folder: Path, target_metadata: Any, **options: Any) -> None:
        self.url = url
        (folder / "versions").mkdir()
        (folder / "env.py").write_text(ENV)
        (folder / "script.py.mako").write_text(TEMPLATE.read_text())
        self._config = Config(stdout=StringIO())
        self._config.set_main_option("script_location", str(folder))
        hooks = {"include_object": include_object, "render_item": render_item}
        compared = {"compare_type": True, "compare_server_default": True}
        self._config.attributes["options"] = {"target_metadata": target_metadata, **hooks, **compared, **options}

    async def autogenerate(self) -> str:
        """Write a revision, and return its text down to the end of ``upgrade``."""

        def write() -> str:
            script: Any = command.revision(self._config, autogenerate=True)
            return Path(script.path).read_text().partition("def downgrade")[0]

        return await self._run(write)

    async def upgrade(self) -> None:
        await self._run(lambda: command.upgrade(self._config, "head"))

    async def _run(self, work: Callable[[], Result]) -> Result:
        def run(connection: Connection) -> Result:
            self._config.attributes["connection"] = connection
            return work()

        return await with_connection(self.url, run)


def is_empty(revision: str) -> bool:
    """Return whether *revision* changes nothing."""
    return "op." not in revision.partition("def upgrade")[2]
