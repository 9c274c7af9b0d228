"""Concurrent requests through the whole server, on both stores that use Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from redis.asyncio import Redis

from authwright import SessionOptions
from authwright.adapters.cached import CachedAdapter
from authwright.adapters.conformance.samples import ALICE, GITHUB, session
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.testing import FakeIdP, Outbox
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser
from support.provider import corp, sign_in
from support.redis import private_redis

NOT_LINKED = f"{BASE_URL}/error?error=OAuthAccountNotLinked"
Store: TypeAlias = RedisAdapter | CachedAdapter


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A private Redis, so that its command counters show only the commands of this test."""
    with private_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["redis", "cached"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Store]:
    """Create a store of each kind, from the URL of a Redis."""
    if request.param == "redis":
        return RedisAdapter
    return lambda url: CachedAdapter(SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db"), url)


@pytest.fixture
async def adapter(make_store: Callable[[str], Store], own_redis: str) -> AsyncIterator[Store]:
    async with Redis.from_url(own_redis) as client:
        await client.flushall()
    adapter = make_store(own_redis)
    yield adapter
    await adapter.aclose()


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP("http://localhost:4000")


async def sessions_of(adapter: Store, email: str) -> int:
    """Return the number of sessions of the user with that address."""
    user = await adapter.get_user_by_email(email)
    return len(await adapter.list_sessions(user.id)) if user else 0


async def test_concurrent_first_sign_ins_with_one_account_create_one_user_and_all_succeed(
    adapter: Store, idp: FakeIdP
) -> None:
    browsers = [Browser(make_auth(providers=[corp(idp)], adapter=adapter, strategy="database")) for _ in range(8)]
    assert await asyncio.gather(*(sign_in(browser, idp) for browser in browsers)) == [ORIGIN] * 8
    assert [(await browser.session())["user"]["name"] for browser in browsers] == ["Alice Liddell"] * 8
    assert await sessions_of(adapter, idp.users["alice"].email) == 8


@pytest.mark.parametrize("attempt", range(4))
async def test_concurrent_sign_ins_with_one_new_address_at_two_providers_create_one_user(
    adapter: Store, idp: FakeIdP, attempt: int
) -> None:
    auth = make_auth(providers=[corp(idp), corp(idp, id="club")], adapter=adapter, strategy="database")
    ends = await asyncio.gather(*(sign_in(Browser(auth), idp, provider=name) for name in ("corp", "club")))
    assert sorted(ends) == sorted([ORIGIN, NOT_LINKED])
    assert await sessions_of(adapter, idp.users["alice"].email) == 1


async def test_a_link_opened_fifty_times_at_once_signs_in_once(adapter: Store, outbox: Outbox) -> None:
    auth = make_auth(outbox, adapter=adapter, strategy="database", confirm=False)
    await Browser(auth).sign_in("/signin/email", email="carol@example.com")
    link = outbox.links[0]
    browsers = [Browser(auth) for _ in range(50)]
    await asyncio.gather(*(browser.get(link) for browser in browsers))
    assert sum([await browser.session() != {} for browser in browsers]) == 1


@pytest.fixture
async def browser(adapter: Store) -> Browser:
    """A signed-in browser whose session is refreshed at most once an hour."""
    options = SessionOptions(strategy="database", update_age=3600)
    browser = Browser(make_auth(adapter=adapter, session=options))
    await browser.sign_in(username="alice", password="wonderland")
    return browser


async def calls(redis: Redis, *names: str) -> int:
    """Count how often the server ran these commands since ``config_resetstat``, including those in scripts."""
    counted = await redis.info("commandstats")
    return sum(counted[f"cmdstat_{name}"]["calls"] for name in names if f"cmdstat_{name}" in counted)


async def test_fifty_reads_of_a_session_that_is_due_for_a_refresh_write_it_once(
    browser: Browser, own_redis: str, travel: Callable[[float], None]
) -> None:
    async with Redis.from_url(own_redis) as redis:
        for _ in range(2):
            travel(3601)
            await redis.config_resetstat()
            sessions = await asyncio.gather(*(browser.session() for _ in range(50)))
            assert {one["user"]["name"] for one in sessions} == {"Alice"}
            assert await calls(redis, "set", "hset") == 1


async def test_a_read_takes_one_round_trip(browser: Browser, own_redis: str) -> None:
    await browser.session()
    async with Redis.from_url(own_redis) as redis:
        await redis.config_resetstat()
        await browser.session()
        assert await calls(redis, "get", "evalsha", "eval") == 1


async def test_a_refresh_does_not_undo_a_sign_out(
    browser: Browser, adapter: Store, travel: Callable[[float], None]
) -> None:
    travel(3601)
    others = [Browser(browser.auth) for _ in range(20)]
    for other in others:
        other.cookies |= browser.cookies
    refreshes = [other.session() for other in others]
    await asyncio.gather(*refreshes[:10], browser.sign_out(), *refreshes[10:])
    assert [await other.session() for other in others] == [{}] * 20
    assert await sessions_of(adapter, "alice@example.com") == 0


async def test_many_calls_wait_for_a_free_connection(adapter: Store) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    found = await asyncio.gather(*(adapter.get_session_and_user("token") for _ in range(300)))
    assert found == [(session(user_id=created.id), created)] * 300


async def test_a_call_never_gets_the_reply_to_a_cancelled_call(adapter: Store) -> None:
    owners = [await adapter.sign_up(ALICE, None, session("0"))]
    await adapter.update_user(owners[0].id, {"email": None})
    owners += [await adapter.sign_up(ALICE, None, session("1"))]
    for steps in range(20):
        calls = [asyncio.create_task(adapter.get_session_and_user(str(number % 2))) for number in range(60)]
        await asyncio.sleep(steps * 0.0005)
        for call in calls[::3]:
            call.cancel()
        for number, result in enumerate(await asyncio.gather(*calls, return_exceptions=True)):
            assert isinstance(result, asyncio.CancelledError) or result[1].id == owners[number % 2].id
