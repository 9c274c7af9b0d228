"""The SQL adapter through PgBouncer in transaction mode, where each transaction may use another server connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import URL, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.races import Races
from authwright.adapters.conformance.samples import ALICE, GITHUB, LATER, LINK, session
from authwright.adapters.conformance.sign_up import SignUp
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.migrations import migrate
from authwright.adapters.sqlalchemy.revocation import SQLAlchemyRevocation
from authwright.errors import ConfigurationError

# As docs/adapter-postgresql.md says.
FOR_A_POOLER: dict[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": lambda: "",
}


def own_engine(url: URL) -> AsyncEngine:
    return create_async_engine(url, connect_args=FOR_A_POOLER)


@pytest.fixture(params=["url", "url with psycopg", "url that names the pooler", "own engine"])
async def adapter(request: pytest.FixtureRequest, pgbouncer: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    """The adapter through PgBouncer, in each way that the documentation describes."""
    sources: dict[str, Any] = {
        "url": pgbouncer,
        "url with psycopg": pgbouncer.set(drivername="postgresql+psycopg"),
        "url that names the pooler": pgbouncer.update_query_dict({"pgbouncer": "true"}),
        "own engine": own_engine(pgbouncer),
    }
    adapter = SQLAlchemyAdapter(sources[request.param], create_tables=True)
    yield adapter
    await adapter.aclose()
    await sources["own engine"].dispose()


class TestContractThroughPgBouncer(SignUp, Races):
    @pytest.fixture
    async def store(self, adapter: SQLAlchemyAdapter) -> Adapter:
        return adapter


async def visit(adapter: SQLAlchemyAdapter, number: int) -> None:
    """Make ten calls as one user: sign up, use the session and sign out."""
    token, email = f"token-{number}", f"{number}@example.com"
    user = await adapter.sign_up(
        replace(ALICE, email=email), replace(GITHUB, provider_account_id=str(number)), session(token)
    )
    await adapter.create_verification_token(replace(LINK, identifier=email))
    assert await adapter.get_user(user.id) == user
    assert await adapter.get_user_by_email(email) == user
    assert await adapter.get_user_by_account("github", str(number)) == user
    found = await adapter.get_session_and_user(token)
    assert found
    assert found[1] == user
    assert await adapter.update_session(token, LATER + timedelta(days=1), found[0].expires)
    assert len(await adapter.list_sessions(user.id)) == 1
    assert await adapter.use_verification_token(email, LINK.token)
    assert await adapter.delete_session(token)


async def test_a_thousand_mixed_calls_succeed(adapter: SQLAlchemyAdapter) -> None:
    limit = asyncio.Semaphore(20)

    async def visit_in_turn(number: int) -> None:
        async with limit:
            await visit(adapter, number)

    await asyncio.gather(*(visit_in_turn(number) for number in range(100)))


async def test_two_adapters_on_one_pooler_do_not_run_each_others_statements(pgbouncer: URL) -> None:
    adapters = [SQLAlchemyAdapter(pgbouncer, create_tables=True) for _ in range(2)]
    await adapters[0].create_all()
    await asyncio.gather(*(visit(adapters[number % 2], number) for number in range(20)))
    for adapter in adapters:
        await adapter.aclose()


async def test_migrations_run_through_a_pooler(pgbouncer: URL) -> None:
    url = pgbouncer.render_as_string(hide_password=False)
    await migrate(url)
    revocation = SQLAlchemyRevocation(url)
    now = datetime.now(UTC).timestamp()
    await revocation.revoke("user", now, now + 60, now)
    assert await revocation.revoked_before(["user"], now) == now
    await revocation.aclose()


async def test_an_engine_that_keeps_prepared_statements_is_refused_with_the_remedy(pgbouncer: URL) -> None:
    engine = create_async_engine(pgbouncer)
    adapter = SQLAlchemyAdapter(engine, create_tables=True)
    with pytest.raises(ConfigurationError, match="prepared_statement_name_func"):
        await asyncio.gather(*(visit(adapter, number) for number in range(20)))
    await asyncio.sleep(0.5)
    await engine.dispose()


@pytest.fixture
def autocommits() -> Iterator[set[bool]]:
    """Whether the statements of a test ran in AUTOCOMMIT mode."""
    found: set[bool] = set()

    def note(connection: Any, *_: object) -> None:
        found.add(connection.connection.dbapi_connection.autocommit)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


async def test_the_mode_of_an_engine_of_the_app_does_not_change(postgres: URL, autocommits: set[bool]) -> None:
    engine = create_async_engine(postgres)
    adapter = SQLAlchemyAdapter(engine, create_tables=True)
    created = await adapter.create_user(ALICE)
    assert await adapter.get_user(created.id) == created
    assert autocommits == {False}
    await engine.dispose()


async def test_a_direct_connection_reads_without_a_transaction(postgres: URL, autocommits: set[bool]) -> None:
    adapter = SQLAlchemyAdapter(postgres, create_tables=True)
    await adapter.create_all()
    autocommits.clear()
    assert await adapter.get_user("unknown") is None
    assert autocommits == {True}
    await adapter.aclose()
