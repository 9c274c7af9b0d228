"""``authwright migrate`` creates the tables, and adds missing constraints to the tables of Node adapters."""

from __future__ import annotations

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from authwright import cli
from authwright.adapters.conformance.samples import ALICE, GITHUB, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter, metadata
from authwright.adapters.sqlalchemy.migrations import migrate
from authwright.errors import ConfigurationError, Conflict
from support.databases import run_script


def text_of(url: URL) -> str:
    return url.render_as_string(hide_password=False)


async def run(url: URL, statement: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def differences(url: URL) -> list[object]:
    """Return the changes that Alembic would make to turn the tables of the database into ours."""

    def compare(connection: Connection) -> list[object]:
        options = {"compare_type": False, "include_name": lambda name, kind, parents: name != "authwright_version"}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    engine = create_async_engine(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(compare)
    await engine.dispose()
    return found


async def test_the_migrations_create_the_tables_of_the_models(database: URL) -> None:
    await migrate(text_of(database))
    assert await differences(database) == []


async def test_the_migrations_can_run_twice_and_after_create_all(database: URL) -> None:
    adapter = SQLAlchemyAdapter(database)
    await adapter.create_all()
    created = await adapter.sign_up(ALICE, GITHUB, session())
    for _ in range(2):
        await migrate(text_of(database))
    assert await differences(database) == []
    assert await adapter.get_user_by_account("github", "42") == created
    await adapter.aclose()


async def test_tables_of_the_first_migration_are_upgraded(database: URL) -> None:
    await migrate(text_of(database))
    for statement in (
        "DROP TABLE revocations",
        "DROP INDEX ix_sessions_expires" + (" ON sessions" if "mysql" in database.drivername else ""),
        "ALTER TABLE sessions DROP COLUMN ip",
        "UPDATE authwright_version SET version_num = 'authwright_0001'",
    ):
        await run(database, statement)
    await migrate(text_of(database))
    assert await differences(database) == []


async def test_tables_of_a_node_adapter_get_the_missing_constraints(postgres: URL) -> None:
    await run_script(postgres, "pg.sql")
    adapter = SQLAlchemyAdapter(postgres, schema="pg")
    await adapter.create_user(ALICE)
    await migrate(text_of(postgres), "pg")
    with pytest.raises(Conflict):
        await adapter.create_user(ALICE)
    await adapter.aclose()


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        ("INSERT INTO users (email) VALUES ('alice@example.com'), ('alice@example.com')", "users"),
        ('INSERT INTO sessions ("userId", "sessionToken", expires) VALUES (7, \'secret\', now())', "sessions"),
    ],
    ids=["duplicates", "rows without a user"],
)
async def test_rows_that_violate_a_constraint_are_refused(postgres: URL, rows: str, table: str) -> None:
    await run_script(postgres, "pg.sql")
    await run(postgres, rows)
    with pytest.raises(ConfigurationError, match=f"'{table}'.*Nothing was changed.*SELECT") as refused:
        await migrate(text_of(postgres), "pg")
    assert "alice@" not in str(refused.value)
    assert "secret" not in str(refused.value)
    await run(postgres, "INSERT INTO users (email) VALUES ('alice@example.com'), ('alice@example.com')")


async def test_the_command_reports_success(database: URL, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["migrate", "--database", text_of(database)]
    assert await asyncio.to_thread(cli.main, arguments) == 0
    assert capsys.readouterr().out == "The tables are up to date.\n"
    assert await differences(database) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "DATABASE_URL"),
        (["--database", "postgresql://root:hunter2@db/app?nosuch=hunter2"], "nosuch"),
        (["--database", "postgresql+asyncpg://root:hunter2@127.0.0.1:1/app"], "Check the database URL"),
    ],
)
def test_the_command_explains_an_error_without_showing_the_password(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert cli.main(["migrate", *arguments]) != 0
    printed = capsys.readouterr().err
    assert told in printed
    assert "hunter2" not in printed
