"""Test that RedisAdapter keeps the contract, on a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis, SSLConnection

from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LINK, session
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.redis.client import RedisClients
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


async def test_no_key_is_left_after_a_user_is_deleted(redis: Redis, prefix: str, adapter: RedisAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.create_session(session("another", created.id))
    await adapter.delete_user(created.id)
    assert await keys_of(redis, prefix) == set()


async def test_sessions_and_links_expire_by_themselves(redis: Redis, prefix: str, adapter: RedisAdapter) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    created = await adapter.sign_up(ALICE, None, replace(session(), expires=soon))
    await adapter.create_session(replace(session("another", created.id), expires=soon))
    await adapter.update_session("another", soon + timedelta(hours=1))
    await adapter.create_verification_token(replace(LINK, expires=soon))
    left = sorted([round(await redis.ttl(key) / 3600) for key in await keys_of(redis, prefix)])
    # Without an expiry: the user, the address and the list of sessions. With an expiry: the link and two sessions.
    assert left == [0, 0, 0, 1, 1, 2]


async def test_the_list_of_a_users_sessions_drops_expired_sessions(
    redis: Redis, prefix: str, adapter: RedisAdapter
) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    created = await adapter.create_user(ALICE)
    for number in range(3):
        await adapter.create_session(replace(session(f"over-{number}", created.id), expires=past))
    await adapter.create_session(session("lives", created.id))
    assert [one.session_token for one in await adapter.list_sessions(created.id)] == ["lives"]
    (index,) = [key for key in await keys_of(redis, prefix) if b":sessions:" in key]
    assert await redis.zcard(index) == 1


async def test_delimiters_in_a_name_cannot_form_the_key_of_another_record(adapter: RedisAdapter) -> None:
    # Users and providers choose parts of the keys.
    await adapter.sign_up(ALICE, replace(GITHUB, provider='a", "b', provider_account_id="c"), None)
    assert await adapter.get_user_by_account("a", 'b", "c') is None
    assert await adapter.get_user_by_account("a", "b:c") is None


async def test_an_address_can_be_used_again_after_its_user_gives_it_up(adapter: RedisAdapter) -> None:
    alice = await adapter.create_user(ALICE)
    await adapter.update_user(alice.id, {"email": None})
    bob = await adapter.create_user(replace(BOB, email=ALICE.email))
    assert await adapter.get_user_by_email(str(ALICE.email)) == bob


async def test_a_client_of_the_app_is_left_open(redis: Redis, prefix: str) -> None:
    adapter = RedisAdapter(redis, prefix=prefix)
    created = await adapter.create_user(ALICE)
    await adapter.aclose()
    assert await redis.ping()
    assert await adapter.get_user(created.id) == created


async def test_a_client_with_decode_responses_works(redis_url: str, prefix: str) -> None:
    decoding: Redis = Redis.from_url(redis_url, decode_responses=True)
    adapter = RedisAdapter(decoding, prefix=prefix)
    created = await adapter.sign_up(ALICE, GITHUB, session())
    assert await adapter.get_user_by_account("github", "42") == created
    await decoding.aclose()


@pytest.mark.parametrize(
    "given",
    [
        "http://localhost",
        "redis://:hunter2@localhost:port",
        "redis://:hunt#er2@localhost",
        "rediss://localhost?nosuch=hunter2",
        "rediss://localhost?ssl_cert_reqs=hunter2",
        7,
    ],
)
def test_an_invalid_redis_url_or_client_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="url_or_client") as refused:
        RedisAdapter(given)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "is_encrypted"),
    [
        ("redis://:p@localhost/1", False),
        ("rediss://u:p@localhost:6380/0?ssl_cert_reqs=CERT_NONE", True),
        ("redis://localhost?ssl=true", True),
        ("valkey://localhost", False),
        ("valkeys://localhost", True),
        (" REDIS://localhost\n", False),
    ],
)
async def test_a_redis_url_is_read_as_hosting_companies_write_it(url: str, is_encrypted: bool) -> None:
    clients = RedisClients(url, "url_or_client", {}, 5)
    assert issubclass(clients.client.connection_pool.connection_class, SSLConnection) is is_encrypted
    await clients.aclose()


@pytest.mark.parametrize("prefix", ["", "a{b}"])
def test_a_prefix_that_would_change_the_hash_slot_is_refused(prefix: str) -> None:
    with pytest.raises(ConfigurationError, match="prefix"):
        RedisAdapter("redis://localhost", prefix=prefix)


async def test_users_can_sign_in_again_after_redis_lost_its_data(tmp_path: Path) -> None:
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
