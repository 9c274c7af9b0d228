"""Connections to a database server: queries per read, broken connections and cancelled calls."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import URL, event, text
from sqlalchemy.ext.asyncio import create_async_engine

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.races import Races
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LATER, session
from authwright.adapters.conformance.sign_up import SignUp
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

BREAK = {
    "postgresql": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = '{}' AND pid <> pg_backend_pid()",
    "mysql": "SELECT id FROM information_schema.processlist WHERE db = '{}' AND id <> connection_id()",
}


@pytest.fixture
async def adapter(server: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    adapter = SQLAlchemyAdapter(server, create_tables=True)
    yield adapter
    await adapter.aclose()


async def break_connections(url: URL) -> None:
    """Close every connection to the database at *url*, as a restart of the server does."""
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        rows = (await connection.execute(text(BREAK[url.get_backend_name()].format(url.database)))).all()
        if url.get_backend_name() == "mysql":
            for (number,) in rows:
                await connection.execute(text(f"KILL {number}"))
    await engine.dispose()


async def test_a_session_is_read_with_one_query(server: URL) -> None:
    engine = create_async_engine(server)
    adapter = SQLAlchemyAdapter(engine, create_tables=True)
    created = await adapter.sign_up(ALICE, GITHUB, session())
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    assert await adapter.get_session_and_user("token") == (session(user_id=created.id), created)
    assert len(statements) == 1
    await engine.dispose()


async def test_a_read_succeeds_after_connections_break(adapter: SQLAlchemyAdapter, server: URL) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await asyncio.gather(*(adapter.get_user(created.id) for _ in range(10)))
    await break_connections(server)
    assert await asyncio.gather(*(adapter.get_user(created.id) for _ in range(20))) == [created] * 20


async def test_a_write_is_done_once_after_connections_break(adapter: SQLAlchemyAdapter, server: URL) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await break_connections(server)
    moved = await adapter.update_session("token", LATER, session().expires)
    assert moved is not None
    assert moved.expires == LATER
    await break_connections(server)
    await adapter.sign_up(BOB, None, None)
    assert await adapter.get_user(created.id) == created


async def test_cancelled_calls_return_their_connections(adapter: SQLAlchemyAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    for steps in range(8):
        calls = [asyncio.create_task(adapter.get_user(created.id)) for _ in range(20)]
        calls += [asyncio.create_task(adapter.update_session("token", LATER)) for _ in range(5)]
        await asyncio.sleep(steps * 0.001)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
    async with asyncio.timeout(10):
        assert await asyncio.gather(*(adapter.get_user(created.id) for _ in range(30))) == [created] * 30


async def test_several_adapters_can_create_the_tables_at_once(server: URL) -> None:
    adapters = [SQLAlchemyAdapter(server) for _ in range(4)]
    await asyncio.gather(*(one.create_all() for one in adapters))
    await adapters[0].create_user(ALICE)
    for one in adapters:
        await one.aclose()


@pytest.mark.parametrize("isolation", ["AUTOCOMMIT", "REPEATABLE READ", "SERIALIZABLE"])
class TestOnAnEngineOfTheApp(Races, SignUp):
    """Races and sign-ups at each isolation level of the app's engine."""

    @pytest.fixture
    async def store(self, server: URL, isolation: Any) -> AsyncIterator[Adapter]:
        engine = create_async_engine(server, isolation_level=isolation)
        yield SQLAlchemyAdapter(engine, create_tables=True)
        await engine.dispose()
