"""An error of the database says what is wrong and what to do: on each database, without the values of a row."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, CheckConstraint, Column, ForeignKey, Integer, String, Table, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LINK, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.migrations import migrate
from authwright.adapters.sqlalchemy.models import AccountMixin, Models, SessionMixin, UserMixin, VerificationTokenMixin
from authwright.adapters.sqlalchemy.revocation import SQLAlchemyRevocation
from authwright.errors import AdapterError, AuthwrightError, ConfigurationError, Conflict
from authwright.providers import Email
from authwright.testing import FakeIdP, Outbox
from support.apps import make_auth
from support.browser import Browser, location_of
from support.provider import corp, sign_in


class Base(DeclarativeBase):
    pass


Table("tenants", Base.metadata, Column("id", Integer, primary_key=True))


class User(UserMixin, Base):
    """A user with columns that do not accept every value."""

    __table_args__ = (CheckConstraint("age > 0", name="age_is_positive"),)
    role: Mapped[str] = mapped_column(String(20), nullable=False)
    age: Mapped[int | None] = mapped_column(Integer)
    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenants.id", name="tenant_of_user"))


class Account(AccountMixin, Base):
    pass


class Session(SessionMixin, Base):
    pass


class Token(VerificationTokenMixin, Base):
    pass


MODELS = Models(user=User, account=Account, session=Session, verification_token=Token)
SECRET = "secret-name"


def user(**extra: object) -> Any:
    return replace(ALICE, name=SECRET, extra={"role": "reader", **extra})


@pytest.fixture(params=["url", "psycopg", "own engine"])
async def adapter(request: pytest.FixtureRequest, database: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    """An adapter on the app's own models, on each database and with each driver."""
    if request.param == "psycopg" and database.get_backend_name() == "postgresql":
        database = database.set(drivername="postgresql+psycopg")
    engine = create_async_engine(database)
    if request.param == "url" or database.get_backend_name() == "sqlite":
        # SQLite checks foreign keys only on the adapter's own connections.
        adapter = SQLAlchemyAdapter(database, models=MODELS)
    else:
        adapter = SQLAlchemyAdapter(engine, models=MODELS)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield adapter
    await adapter.aclose()
    await engine.dispose()


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        ({"role": None}, r"column users\.role|column role"),
        ({"age": -1}, "age_is_positive"),
        ({"tenant_id": 99}, "foreign key"),
    ],
)
async def test_a_violated_constraint_of_the_app_is_named(
    adapter: SQLAlchemyAdapter, extra: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^models: .*({problem})") as refused:
        await adapter.create_user(user(**extra))
    assert SECRET not in str(refused.value)
    assert refused.value.__suppress_context__
    created = await adapter.create_user(user())
    with pytest.raises(ConfigurationError, match=problem):
        await adapter.update_user(created.id, {"extra": extra})


async def test_a_column_without_a_value_is_named(adapter: SQLAlchemyAdapter) -> None:
    with pytest.raises(ConfigurationError, match=r"role has no value, but is NOT NULL\. Give the column a default"):
        await adapter.create_user(ALICE)


async def test_only_what_exists_already_is_a_conflict(adapter: SQLAlchemyAdapter) -> None:
    created = await adapter.sign_up(user(), GITHUB, session())
    for again in (
        adapter.create_user(user()),
        adapter.link_account(replace(GITHUB, user_id=created.id)),
        adapter.create_session(session(user_id=created.id)),
    ):
        with pytest.raises(Conflict, match="already exists"):
            await again


async def test_an_entry_of_an_unknown_user_is_refused_as_such(adapter: SQLAlchemyAdapter) -> None:
    with pytest.raises(Conflict, match="user of this entry does not exist"):
        await adapter.create_session(session(user_id="unknown"))
    with pytest.raises(Conflict, match="user of this entry does not exist"):
        await adapter.link_account(replace(GITHUB, user_id="unknown"))


async def test_text_that_is_too_long_for_its_column_is_refused_as_such(server: URL) -> None:
    adapter = SQLAlchemyAdapter(server, models=MODELS, create_tables=True)
    engine = create_async_engine(server)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await engine.dispose()
    with pytest.raises(ConfigurationError, match="too short for a value") as refused:
        await adapter.create_user(user(role=SECRET * 9))
    assert SECRET not in str(refused.value)
    await adapter.aclose()


@pytest.mark.parametrize("method", ["get_user", "get_user_by_email", "get_session_and_user", "delete_user"])
async def test_missing_tables_are_named_with_the_command_at_first_use(database: URL, method: str) -> None:
    adapter = SQLAlchemyAdapter(database, create_tables=False)
    problem = (
        "the table users, the table accounts, the table sessions, the table verification_tokens.*authwright migrate"
    )
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=problem):
            await getattr(adapter, method)("unknown")
    await migrate(database.render_as_string(hide_password=False))
    assert await adapter.get_user("unknown") is None
    await adapter.aclose()


async def test_missing_tables_of_the_app_are_named_with_its_own_migrations(database: URL) -> None:
    adapter = SQLAlchemyAdapter(database, create_tables=False, models=MODELS)
    with pytest.raises(ConfigurationError, match=r"models: .*the table users.*migrations of your app.*create_all"):
        await adapter.create_verification_token(LINK)
    await adapter.aclose()


@pytest.mark.parametrize(("schema", "command"), [("pg", "migrate --schema pg"), ("prisma", "npx prisma")])
async def test_missing_tables_of_a_node_adapter_are_named_with_its_command(
    postgres: URL, schema: Any, command: str
) -> None:
    adapter = SQLAlchemyAdapter(postgres, schema=schema)
    with pytest.raises(ConfigurationError, match=command):
        await adapter.get_user("1")
    await adapter.aclose()


async def test_the_missing_table_of_revocations_is_named(database: URL) -> None:
    revocation = SQLAlchemyRevocation(database, create_tables=False)
    with pytest.raises(ConfigurationError, match=r"the table revocations.*authwright migrate"):
        await revocation.revoked_before(["user"], 0)
    await revocation.aclose()


async def test_missing_columns_are_named_with_the_command(database: URL) -> None:
    await migrate(database.render_as_string(hide_password=False))
    engine = create_async_engine(database)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE sessions DROP COLUMN ip"))
    await engine.dispose()
    adapter = SQLAlchemyAdapter(database, create_tables=False)
    with pytest.raises(ConfigurationError, match=r"the column sessions\.ip.*authwright migrate"):
        await adapter.get_session_and_user("unknown")
    await adapter.aclose()


async def test_a_sign_in_that_the_tables_refuse_is_not_blamed_on_another_user(
    adapter: SQLAlchemyAdapter, fake_idp: FakeIdP, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make_auth(providers=[corp(fake_idp)], adapter=adapter, strategy="database"))
    assert (await sign_in(browser, fake_idp)).endswith("/error?error=Configuration")
    ours = [record for record in caplog.records if record.name == "authwright"]
    errors = [record.getMessage() for record in ours if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert "role has no value" in errors[0]


async def test_a_request_names_the_missing_tables_in_the_log(database: URL, caplog: pytest.LogCaptureFixture) -> None:
    adapter = SQLAlchemyAdapter(database, create_tables=False)
    auth = make_auth(adapter=adapter, strategy="database")
    with pytest.raises(AuthwrightError, match="authwright migrate"):
        await auth.get_server_session({"next-auth.session-token": "unknown"})
    await adapter.aclose()
    assert BOB.email not in caplog.text


async def test_a_browser_can_sign_out_while_the_tables_are_missing(tmp_path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite:///{tmp_path}/auth.db", create_tables=False)
    browser = Browser(make_auth(adapter=adapter, strategy="database"))
    browser.cookies["next-auth.session-token"] = "unknown"
    assert (await browser.sign_out()).status in (200, 302)
    assert "next-auth.session-token" not in browser.cookies
    await adapter.aclose()


async def test_a_link_is_kept_if_the_tables_refuse_its_user(tmp_path: Path, outbox: Outbox) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite:///{tmp_path}/auth.db", models=MODELS)
    auth = make_auth(providers=[Email(send=outbox.send, confirm=False)], adapter=adapter)
    browser = Browser(auth)
    await browser.sign_in("/signin/email", email="alice@example.com")
    for _ in range(2):
        response = await browser.get(outbox.links[-1])
        assert location_of(response).endswith("/error?error=Configuration")
    await adapter.aclose()


async def test_an_error_of_the_driver_is_named_by_its_own_type(postgres: URL) -> None:
    engine = create_async_engine(postgres)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE ROLE authwright_reader LOGIN"))
    await migrate(postgres.render_as_string(hide_password=False))
    auth = make_auth(adapter=SQLAlchemyAdapter(postgres.set(username="authwright_reader")), strategy="database")
    try:
        with pytest.raises(AdapterError, match="failed with InsufficientPrivilegeError"):
            await auth.adapter.get_user("unknown")
    finally:
        await auth.aclose()
        async with engine.begin() as connection:
            await connection.execute(text("DROP ROLE authwright_reader"))
        await engine.dispose()
