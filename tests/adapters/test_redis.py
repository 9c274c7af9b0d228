"""RedisAdapter keeps the contract, on a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LINK, session
from authwright.adapters.redis import RedisAdapter
from authwright.errors import ConfigurationError
from support.apps import make_auth
from support.browser import Browser
from support.redis import port_of, private_redis


@pytest.fixture
async def adapter(redis_url: str, prefix: str) -> AsyncIterator[RedisAdapter]:
    adapter = RedisAdapter(redis_url, prefix=prefix)
    yield adapter
    await adapter.aclose()


class TestRedisAdapter(AdapterConformance):
    pass


async def keys_of(redis: Redis, prefix: str) -> set[bytes]:
    return {key async for key in redis.scan_iter(f"{{{prefix}}}:*")}


async def test_nothing_is_left_of_a_user_who_is_deleted(redis: Redis, prefix: str, adapter: RedisAdapter) -> None:
    made = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.create_session(session("another", made.id))
    await adapter.delete_user(made.id)
    assert await keys_of(redis, prefix) == set()


async def test_sessions_and_links_expire_by_themselves(redis: Redis, prefix: str, adapter: RedisAdapter) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    made = await adapter.sign_up(ALICE, None, replace(session(), expires=soon))
    await adapter.create_session(replace(session("another", made.id), expires=soon))
    await adapter.update_session("another", soon + timedelta(hours=1))
    await adapter.create_verification_token(replace(LINK, expires=soon))
    left = sorted([round(await redis.ttl(key) / 3600) for key in await keys_of(redis, prefix)])
    # User, address and the list of their sessions stay; then the link and two sessions.
    assert left == [0, 0, 0, 1, 1, 2]


async def test_the_list_of_a_users_sessions_does_not_grow_with_those_that_are_over(
    redis: Redis, prefix: str, adapter: RedisAdapter
) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    made = await adapter.create_user(ALICE)
    for number in range(3):
        await adapter.create_session(replace(session(f"over-{number}", made.id), expires=past))
    await adapter.create_session(session("lives", made.id))
    assert [one.session_token for one in await adapter.list_sessions(made.id)] == ["lives"]
    (index,) = [key for key in await keys_of(redis, prefix) if b":sessions:" in key]
    assert await redis.zcard(index) == 1


async def test_names_that_look_like_several_are_one(adapter: RedisAdapter) -> None:
    """Keys are made of what strangers choose: no choice of theirs is another's key."""
    await adapter.sign_up(ALICE, replace(GITHUB, provider='a", "b', provider_account_id="c"), None)
    assert await adapter.get_user_by_account("a", 'b", "c') is None
    assert await adapter.get_user_by_account("a", "b:c") is None


async def test_an_address_that_was_given_up_is_free(adapter: RedisAdapter) -> None:
    alice = await adapter.create_user(ALICE)
    await adapter.update_user(alice.id, {"email": None})
    bob = await adapter.create_user(replace(BOB, email=ALICE.email))
    assert await adapter.get_user_by_email(str(ALICE.email)) == bob


async def test_an_apps_own_client_is_left_open(redis: Redis, prefix: str) -> None:
    adapter = RedisAdapter(redis, prefix=prefix)
    made = await adapter.create_user(ALICE)
    await adapter.aclose()
    assert await redis.ping()
    assert await adapter.get_user(made.id) == made


async def test_a_client_that_decodes_answers_does_too(redis_url: str, prefix: str) -> None:
    decoding: Redis = Redis.from_url(redis_url, decode_responses=True)
    adapter = RedisAdapter(decoding, prefix=prefix)
    made = await adapter.sign_up(ALICE, GITHUB, session())
    assert await adapter.get_user_by_account("github", "42") == made
    await decoding.aclose()


@pytest.mark.parametrize("given", ["http://localhost", "redis://localhost:port", 7])
def test_what_is_no_redis_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="url_or_client"):
        RedisAdapter(given)


@pytest.mark.parametrize("prefix", ["", "a{b}"])
def test_a_prefix_that_would_move_the_keys_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="prefix"):
        RedisAdapter("redis://localhost", prefix=prefix)


async def test_a_redis_that_comes_back_empty_signs_everybody_out_and_in_again(tmp_path: Path) -> None:
    with private_redis(tmp_path) as url:
        auth = make_auth(strategy="database", adapter=RedisAdapter(url))
        alice = Browser(auth)
        await alice.sign_in(username="alice", password="wonderland")
        assert (await alice.session())["user"]["name"] == "Alice"
    away = await alice.get("/session")
    assert (away.status, away.header("retry-after")) == (503, "5")
    assert (await alice.sign_in(username="alice", password="wonderland")).status == 503
    with private_redis(tmp_path, port_of(url)):
        assert await alice.session() == {}
        await alice.sign_in(username="alice", password="wonderland")
        assert (await alice.session())["user"]["name"] == "Alice"
        await auth.aclose()
