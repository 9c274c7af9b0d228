"""Test every revocation store: in memory, in Redis and in each SQL database."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import create_async_engine

from authwright import SessionOptions
from authwright.adapters.redis import RedisRevocation
from authwright.adapters.revocation import MemoryRevocation, RevocationStore
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter, SQLAlchemyRevocation
from authwright.adapters.sqlalchemy.migrations import migrate
from support.apps import make_auth
from support.browser import Browser

NOW = time.time()


@pytest.fixture
async def store(place: URL | Redis | None, prefix: str) -> AsyncIterator[RevocationStore]:
    if isinstance(place, URL):
        in_sql = SQLAlchemyRevocation(place, create_tables=True)
        yield in_sql
        await in_sql.aclose()
    else:
        yield RedisRevocation(place, prefix=prefix) if place else MemoryRevocation()


async def test_the_latest_revocation_of_several_keys_counts(store: RevocationStore) -> None:
    await store.revoke("user:1", NOW - 10, NOW + 3600, NOW)
    await store.revoke("session:a", NOW, NOW + 3600, NOW)
    assert await store.revoked_before(["session:a", "user:1"], NOW) == NOW
    assert await store.revoked_before(["session:b", "user:1"], NOW) == NOW - 10
    assert await store.revoked_before(["session:b", "user:2"], NOW) is None


async def test_an_earlier_revocation_does_not_replace_a_later_one(store: RevocationStore) -> None:
    await store.revoke("user:1", NOW, NOW + 3600, NOW)
    await store.revoke("user:1", NOW - 10, NOW + 1800, NOW)
    assert await store.revoked_before(["user:1"], NOW + 2400) == NOW


async def test_concurrent_revocations_of_one_user_keep_the_latest(store: RevocationStore) -> None:
    instants = [NOW + tenths / 10 for tenths in range(20)]
    await asyncio.gather(*(store.revoke("user:1", instant, NOW + 3600, NOW) for instant in instants))
    assert await store.revoked_before(["user:1"], NOW) == instants[-1]


async def test_an_expired_revocation_is_forgotten(store: RevocationStore) -> None:
    await store.revoke("user:1", NOW - 10, NOW - 5, NOW - 10)
    assert await store.revoked_before(["user:1"], NOW) is None


async def test_two_processes_share_their_sign_outs(redis: Redis, prefix: str) -> None:
    here, there = (
        make_auth(session=SessionOptions(strategy="jwt", revocation=RedisRevocation(redis, prefix=prefix)))
        for _ in range(2)
    )
    browser = Browser(here)
    await browser.sign_in(username="alice", password="wonderland")
    thief = Browser(there)
    thief.cookies = dict(browser.cookies)
    assert (await thief.session())["user"]["name"] == "Alice"
    await browser.sign_out()
    assert await thief.session() == {}


async def test_an_unreachable_redis_causes_a_503_and_ends_no_session() -> None:
    store = RedisRevocation("redis://127.0.0.1:1/0")
    browser = Browser(make_auth())
    await browser.sign_in(username="alice", password="wonderland")
    browser.auth = make_auth(session=SessionOptions(strategy="jwt", revocation=store))
    response = await browser.get("/session")
    assert (response.status, response.header("retry-after")) == (503, "5")
    assert "next-auth.session-token" in browser.cookies
    await store.aclose()


async def test_users_and_revocations_can_share_one_connection_pool(database: URL) -> None:
    await migrate(database.render_as_string(hide_password=False))
    engine = create_async_engine(database)
    session = SessionOptions(strategy="jwt", revocation=SQLAlchemyRevocation(engine))
    auth = make_auth(adapter=SQLAlchemyAdapter(engine), session=session)
    browser = Browser(auth)
    await browser.sign_in(username="alice", password="wonderland")
    thief = Browser(auth)
    thief.cookies = dict(browser.cookies)
    await auth.sign_out_user("1")
    assert await thief.session() == {}
    await engine.dispose()


async def test_the_next_revocation_deletes_expired_rows(tmp_path: Path) -> None:
    file = tmp_path / "auth.db"
    store = SQLAlchemyRevocation(f"sqlite+aiosqlite:///{file}")
    await store.revoke("user:1", NOW - 10, NOW - 5, NOW - 10)
    await store.revoke("user:2", NOW, NOW + 10, NOW)
    await store.aclose()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT key FROM revocations").fetchall() == [("user:2",)]
