"""What every revocation store does: in memory, and in a real Redis."""

from __future__ import annotations

import time

import pytest
from redis.asyncio import Redis

from authwright import SessionOptions
from authwright.adapters.redis_revocation import RedisRevocation
from authwright.adapters.revocation import MemoryRevocation, RevocationStore
from support.apps import make_auth
from support.browser import Browser

NOW = time.time()


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest, redis: Redis, prefix: str) -> RevocationStore:
    return MemoryRevocation() if request.param == "memory" else RedisRevocation(redis, prefix=prefix)


async def test_of_several_keys_the_latest_instant_counts(store: RevocationStore) -> None:
    await store.revoke("user:1", NOW - 10, NOW + 3600, NOW)
    await store.revoke("session:a", NOW, NOW + 3600, NOW)
    assert await store.revoked_before(["session:a", "user:1"], NOW) == NOW
    assert await store.revoked_before(["session:b", "user:1"], NOW) == NOW - 10
    assert await store.revoked_before(["session:b", "user:2"], NOW) is None


async def test_an_earlier_instant_takes_nothing_back(store: RevocationStore) -> None:
    await store.revoke("user:1", NOW, NOW + 3600, NOW)
    await store.revoke("user:1", NOW - 10, NOW + 1800, NOW)
    assert await store.revoked_before(["user:1"], NOW + 2400) == NOW


async def test_what_is_over_is_forgotten(store: RevocationStore) -> None:
    await store.revoke("user:1", NOW - 10, NOW - 5, NOW - 10)
    assert await store.revoked_before(["user:1"], NOW) is None


async def test_two_processes_hear_of_each_others_sign_outs(redis: Redis, prefix: str) -> None:
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


async def test_a_redis_that_is_away_is_a_503_and_ends_nothing() -> None:
    store = RedisRevocation("redis://127.0.0.1:1/0")
    browser = Browser(make_auth())
    await browser.sign_in(username="alice", password="wonderland")
    browser.auth = make_auth(session=SessionOptions(strategy="jwt", revocation=store))
    answer = await browser.get("/session")
    assert (answer.status, answer.header("retry-after")) == (503, "5")
    assert "next-auth.session-token" in browser.cookies
    await store.aclose()
