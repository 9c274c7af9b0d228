"""An app's own Alembic: autogenerate leaves our tables as they are, and its revisions run without authwright."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, ForeignKey, Integer, MetaData, String, Text, inspect, text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from authwright.adapters.conformance.samples import ALICE, GITHUB, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.migrations import migrate
from authwright.adapters.sqlalchemy.models import AccountMixin, Models, SessionMixin, UserMixin, VerificationTokenMixin
from authwright.adapters.sqlalchemy.tables import metadata
from support.app_history import AppHistory, is_empty, with_connection
from support.databases import run_script


class Blog(DeclarativeBase):
    """An app that leaves our tables to ``authwright migrate``, and refers to one of them."""


class Post(Blog):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[str] = mapped_column(ForeignKey(metadata.tables["users"].c.id, ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(50), server_default="untitled")


class Usual(DeclarativeBase):
    """An app with our mixins and our names, and the table of revocations."""


class User(UserMixin, Usual): ...


class Account(AccountMixin, Usual): ...


class Session(SessionMixin, Usual): ...


class VerificationToken(VerificationTokenMixin, Usual): ...


metadata.tables["revocations"].to_metadata(Usual.metadata)


class Renamed(DeclarativeBase):
    """An app with its own names of tables, columns and constraints, and its own type of ids."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Person(UserMixin, Renamed):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column("display_name", Text)
    role: Mapped[str] = mapped_column(String(20), server_default="reader")


class Login(AccountMixin, Renamed):
    __tablename__ = "logins"
    user_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)


class Visit(SessionMixin, Renamed):
    __tablename__ = "visits"
    user_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)


class Link(VerificationTokenMixin, Renamed):
    __tablename__ = "links"


USUAL = Models(user=User, account=Account, session=Session, verification_token=VerificationToken)
RENAMED = Models(user=Person, account=Login, session=Visit, verification_token=Link)
IN_THE_HISTORY = [
    pytest.param([metadata, Blog.metadata], None, id="our tables"),
    pytest.param(Usual.metadata, USUAL, id="mixins"),
    pytest.param(Renamed.metadata, RENAMED, id="renamed mixins"),
]


async def columns(url: URL) -> dict[str, list[tuple[str, str, bool]]]:
    """Return the columns of each table: name, type and whether they may be null."""

    def reflect(connection: Connection) -> dict[str, list[tuple[str, str, bool]]]:
        found = inspect(connection)
        return {
            table: sorted((c["name"], repr(c["type"]), c["nullable"]) for c in found.get_columns(table))
            for table in metadata.tables
        }

    return await with_connection(url, reflect)


async def tables(url: URL) -> set[str]:
    return set(await with_connection(url, lambda connection: inspect(connection).get_table_names()))


async def run(url: URL, statement: str) -> None:
    await with_connection(url, lambda connection: connection.execute(text(statement)))


@pytest.mark.parametrize("batch", [False, True])
async def test_autogenerate_keeps_the_tables_of_authwright_migrate(database: URL, tmp_path: Path, batch: bool) -> None:
    await migrate(database.render_as_string(hide_password=False))
    before = await tables(database)
    app = AppHistory(database, tmp_path, Blog.metadata, render_as_batch=batch)
    assert "'posts'" in await app.autogenerate()
    await app.upgrade()
    assert is_empty(await app.autogenerate())
    assert await tables(database) == before | {"posts", "alembic_version"}
    await migrate(database.render_as_string(hide_password=False))


@pytest.mark.parametrize(("target", "models"), IN_THE_HISTORY)
async def test_the_apps_history_creates_the_tables(database: URL, tmp_path: Path, target: Any, models: Models) -> None:
    app = AppHistory(database, tmp_path, target)
    assert "authwright" not in await app.autogenerate()
    await app.upgrade()
    assert is_empty(await app.autogenerate())
    adapter = SQLAlchemyAdapter(database, create_tables=False, models=models)
    created = await adapter.sign_up(ALICE, GITHUB, session())
    assert await adapter.get_user_by_account("github", "42") == created
    await adapter.aclose()


@pytest.mark.parametrize("target", [metadata, Usual.metadata], ids=["our tables", "mixins"])
async def test_both_histories_create_the_same_columns(database: URL, tmp_path: Path, target: MetaData) -> None:
    app = AppHistory(database, tmp_path, target)
    await app.autogenerate()
    await app.upgrade()
    created = await columns(database)
    await with_connection(database, target.drop_all)
    await migrate(database.render_as_string(hide_password=False))
    assert created == await columns(database)


@pytest.mark.parametrize("target", [metadata, Usual.metadata], ids=["our tables", "mixins"])
async def test_an_app_takes_over_the_tables_of_authwright_migrate(
    database: URL, tmp_path: Path, target: MetaData
) -> None:
    await migrate(database.render_as_string(hide_password=False))
    assert is_empty(await AppHistory(database, tmp_path, target).autogenerate())


async def test_autogenerate_still_drops_what_the_app_removed(database: URL, tmp_path: Path) -> None:
    await migrate(database.render_as_string(hide_password=False))
    await run(database, "CREATE TABLE drafts (id INTEGER PRIMARY KEY)")
    await run(database, "ALTER TABLE users ADD nickname VARCHAR(20)")
    await run(database, "CREATE INDEX ix_nickname ON users (nickname)")
    revision = await AppHistory(database, tmp_path, Usual.metadata).autogenerate()
    assert "op.drop_table('drafts')" in revision
    assert "op.drop_column('users', 'nickname')" in revision
    assert "ix_nickname" in revision
    assert revision.count("op.drop") == 3


async def test_autogenerate_keeps_the_tables_and_constraints_of_pg_adapter(postgres: URL, tmp_path: Path) -> None:
    await run_script(postgres, "pg.sql")
    await migrate(postgres.render_as_string(hide_password=False), "pg")
    (tmp_path / "without").mkdir()
    assert is_empty(await AppHistory(postgres, tmp_path / "without", MetaData()).autogenerate())

    class Node(DeclarativeBase):
        """The app reads one of Node's tables by a model of its own."""

    class NodeSession(Node):
        __tablename__ = "sessions"
        id: Mapped[int] = mapped_column(Integer, primary_key=True)
        user: Mapped[int] = mapped_column("userId")
        expires: Mapped[Any] = mapped_column(metadata.tables["sessions"].c.expires.type)
        token: Mapped[str] = mapped_column("sessionToken", String(255))

    assert is_empty(await AppHistory(postgres, tmp_path, Node.metadata).autogenerate())


async def test_autogenerate_keeps_the_tables_of_prisma(postgres: URL, tmp_path: Path) -> None:
    await run_script(postgres, "prisma.sql")
    assert is_empty(await AppHistory(postgres, tmp_path, MetaData()).autogenerate())


async def test_a_revision_that_was_written_on_sqlite_compares_keys_exactly_on_mariadb(
    mariadb: URL, tmp_path: Path
) -> None:
    app = AppHistory(URL.create("sqlite+aiosqlite", database=f"{tmp_path}/app.db"), tmp_path, Usual.metadata)
    await app.autogenerate()
    app.url = mariadb
    await app.upgrade()
    exact = mysql.VARCHAR(length=320, charset="utf8mb4", collation="utf8mb4_nopad_bin")
    assert ("email", repr(exact), True) in (await columns(mariadb))["users"]
