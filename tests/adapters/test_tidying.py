"""Expired rows are deleted: some by an occasional write, all of them by ``delete_expired``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, insert, text
from sqlalchemy.ext.asyncio import create_async_engine

from authwright.adapters.conformance.samples import ALICE, LINK, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.tables import sessions
from authwright.adapters.tidying import delete_in_batches
from authwright.types import AdapterSession, User

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)


def expired(token: str, user: User) -> AdapterSession:
    return replace(session(token, user_id=user.id), expires=AN_HOUR_AGO)


@pytest.fixture
async def adapter(database: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    adapter = SQLAlchemyAdapter(database, create_tables=True)
    yield adapter
    await adapter.aclose()


async def test_a_hundred_sign_ins_delete_only_expired_records(adapter: SQLAlchemyAdapter) -> None:
    alice = await adapter.create_user(ALICE)
    # The write that deletes expired rows, one in a hundred, may be any of these.
    for number in range(3):
        await adapter.create_session(expired(f"old {number}", alice))
    await adapter.create_verification_token(replace(LINK, expires=AN_HOUR_AGO))
    for number in range(100):
        await adapter.create_session(session(f"new {number}", user_id=alice.id))
    assert {one.session_token[:3] for one in await adapter.list_sessions(alice.id)} == {"new"}
    assert await adapter.use_verification_token(LINK.identifier, LINK.token) is None


async def test_a_sign_in_succeeds_even_if_expired_records_cannot_be_deleted(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/auth.db"
    adapter = SQLAlchemyAdapter(url)
    alice = await adapter.create_user(ALICE)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        refuse = "CREATE TRIGGER t BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'not today'); END"
        await connection.execute(text(refuse))
    for number in range(101):
        await adapter.create_session(expired(f"old {number}", alice))
    assert len(await adapter.list_sessions(alice.id)) == 101
    await engine.dispose()
    await adapter.aclose()


async def test_delete_expired_deletes_any_number_of_records(database: URL, adapter: SQLAlchemyAdapter) -> None:
    alice = await adapter.create_user(ALICE)
    await adapter.create_session(session("living", user_id=alice.id))
    engine = create_async_engine(database)
    async with engine.begin() as connection:
        rows = [{"session_token": str(number), "user_id": alice.id, "expires": AN_HOUR_AGO} for number in range(1200)]
        await connection.execute(insert(sessions), rows)
    await engine.dispose()
    assert await adapter.delete_expired(datetime.now(UTC)) == 1200
    assert [one.session_token for one in await adapter.list_sessions(alice.id)] == ["living"]


@pytest.mark.parametrize(
    ("limit", "end"),
    [
        (None, AN_HOUR_AGO),
        (AN_HOUR_AGO + timedelta(days=40), AN_HOUR_AGO),
        (AN_HOUR_AGO - timedelta(days=1), AN_HOUR_AGO - timedelta(days=1)),
    ],
)
async def test_a_limit_never_deletes_what_is_valid_by_the_clock_of_the_store(
    limit: datetime | None, end: datetime
) -> None:
    batches, ends = [500, 500, 3, 0], set()

    async def delete_some(before: datetime) -> int:
        ends.add(before)
        return batches.pop(0)

    assert await delete_in_batches(delete_some, AN_HOUR_AGO, limit) == 1003
    assert (ends, batches) == ({end}, [])
