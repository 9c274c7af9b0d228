"""CachedAdapter keeps the contract, on one Redis and on a cluster, and works again after Redis lost its data."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ConnectionError as Unreachable

from authwright.adapters.cached import CachedAdapter
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, session
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.errors import ConfigurationError, Conflict
from authwright.types import Account, AdapterSession, User
from support.apps import make_auth
from support.browser import Browser
from support.plain import PlainAdapter
from support.redis import port_of, private_redis


@pytest.fixture
def sql(tmp_path: Path) -> SQLAlchemyAdapter:
    return SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db")


@pytest.fixture
async def adapter(sql: SQLAlchemyAdapter, redis_url: str, prefix: str) -> AsyncIterator[CachedAdapter]:
    adapter = CachedAdapter(sql, redis_url, prefix=prefix)
    yield adapter
    await adapter.aclose()


class TestOnOneRedis(AdapterConformance):
    pass


class TestOnACluster(AdapterConformance):
    @pytest.fixture
    async def adapter(self, sql: SQLAlchemyAdapter, cluster: RedisCluster) -> AsyncIterator[CachedAdapter]:
        adapter = CachedAdapter(sql, cluster)
        yield adapter
        await adapter.aclose()


class TestRedisAdapterOnACluster(AdapterConformance):
    @pytest.fixture
    def adapter(self, cluster: RedisCluster) -> RedisAdapter:
        return RedisAdapter(cluster)


async def keys_of(redis: Redis, prefix: str) -> set[bytes]:
    return {key async for key in redis.scan_iter(f"{prefix}:*")}


async def test_sessions_are_spread_over_all_nodes(sql: SQLAlchemyAdapter, cluster: RedisCluster) -> None:
    adapter = CachedAdapter(sql, cluster)
    created = await adapter.create_user(ALICE)
    for number in range(30):
        await adapter.create_session(session(str(number), created.id))
    sizes = [await cluster.dbsize(target_nodes=node) for node in cluster.get_primaries()]
    assert len(sizes) == 3
    assert min(sizes) > 0
    assert len(await adapter.list_sessions(created.id)) == 30
    await adapter.aclose()


async def test_users_and_accounts_are_not_stored_in_redis(redis: Redis, prefix: str, adapter: CachedAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    names = {f"{prefix}:session:token".encode(), f"{prefix}:sessions:{created.id}".encode()}
    assert await keys_of(redis, prefix) == names
    assert b"alice" not in (await redis.get(f"{prefix}:session:token") or b"")


async def test_no_key_is_left_after_a_user_is_deleted(redis: Redis, prefix: str, adapter: CachedAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.create_session(session("another", created.id))
    await adapter.delete_user(created.id)
    assert await keys_of(redis, prefix) == set()


async def test_a_user_deleted_in_sql_is_signed_out(sql: SQLAlchemyAdapter, adapter: CachedAdapter) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await sql.delete_user(created.id)
    assert await adapter.get_session_and_user("token") is None


async def test_a_change_in_sql_is_visible_at_once(sql: SQLAlchemyAdapter, adapter: CachedAdapter) -> None:
    created = await adapter.sign_up(ALICE, None, session())
    changed = await sql.update_user(created.id, {"name": "Carol"})
    assert await adapter.get_session_and_user("token") == (session(user_id=created.id), changed)


async def test_sessions_and_their_list_expire_by_themselves(redis: Redis, prefix: str, adapter: CachedAdapter) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    created = await adapter.sign_up(ALICE, None, replace(session(), expires=soon))
    await adapter.create_session(replace(session("another", created.id), expires=soon))
    await adapter.update_session("another", soon + timedelta(hours=1))
    left = {key.decode().split(":", 1)[1]: round(await redis.ttl(key) / 3600) for key in await keys_of(redis, prefix)}
    assert left == {"session:token": 1, "session:another": 2, f"sessions:{created.id}": 2}


async def test_the_list_of_sessions_drops_ended_and_expired_sessions(
    redis: Redis, prefix: str, adapter: CachedAdapter
) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    created = await adapter.create_user(ALICE)
    await adapter.create_session(session("ended", created.id))
    await adapter.delete_session("ended")
    for name in ("over", "lives"):
        expires = past if name == "over" else session().expires
        await adapter.create_session(replace(session(name, created.id), expires=expires))
    assert await redis.zrange(f"{prefix}:sessions:{created.id}", 0, -1) == [b"lives"]
    assert await adapter.get_session_and_user("over") is None


async def test_a_refresh_restores_a_session_to_a_lost_list(redis: Redis, prefix: str, adapter: CachedAdapter) -> None:
    created = await adapter.sign_up(ALICE, None, session())
    await redis.delete(f"{prefix}:sessions:{created.id}")
    assert await adapter.list_sessions(created.id) == []
    moved = await adapter.update_session("token", session().expires + timedelta(days=1))
    assert await adapter.list_sessions(created.id) == [moved]


async def test_a_session_token_refused_to_a_user_is_not_listed_for_that_user(adapter: CachedAdapter) -> None:
    alice, bob = await adapter.sign_up(ALICE, None, session()), await adapter.create_user(BOB)
    with pytest.raises(Conflict):
        await adapter.create_session(session(user_id=bob.id))
    await adapter.delete_user(bob.id)
    assert await adapter.get_session_and_user("token") == (session(user_id=alice.id), alice)


async def test_a_synchronous_adapter_works(redis_url: str, prefix: str) -> None:
    adapter = CachedAdapter(PlainAdapter(), redis_url, prefix=prefix)
    created = await adapter.sign_up(ALICE, None, session())
    assert await adapter.get_session_and_user("token") == (session(user_id=created.id), created)
    await adapter.aclose()


async def test_a_client_with_decode_responses_works(sql: SQLAlchemyAdapter, redis_url: str, prefix: str) -> None:
    decoding: Redis = Redis.from_url(redis_url, decode_responses=True)
    adapter = CachedAdapter(sql, decoding, prefix=prefix)
    created = await adapter.sign_up(ALICE, None, session())
    assert await adapter.list_sessions(created.id) == [session(user_id=created.id)]
    await adapter.aclose()
    assert await decoding.ping()
    await decoding.aclose()


async def test_a_sign_up_while_redis_is_unreachable_leaves_no_user(sql: SQLAlchemyAdapter, tmp_path: Path) -> None:
    with private_redis(tmp_path) as url:
        adapter = CachedAdapter(sql, url)
    with pytest.raises(Unreachable):
        await adapter.sign_up(ALICE, GITHUB, session())
    assert await sql.get_user_by_email(str(ALICE.email)) is None
    await adapter.aclose()


class SlowAdapter(SQLAlchemyAdapter):
    """Calls *meanwhile* after it has created a user, and before it returns."""

    meanwhile: Callable[[], object]

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        created = await super().sign_up(user, account, session)
        self.meanwhile()
        return created


async def test_a_user_whose_first_session_was_lost_can_sign_in_again(tmp_path: Path) -> None:
    sql, server = SlowAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db"), ExitStack()
    url = server.enter_context(private_redis(tmp_path))
    sql.meanwhile = server.close
    alice = Browser(make_auth(strategy="database", adapter=CachedAdapter(sql, url)))
    assert (await alice.sign_in(username="alice", password="wonderland")).status == 503
    created = await sql.get_user_by_email("alice@example.com")
    with private_redis(tmp_path, port_of(url)):
        assert (await alice.sign_in(username="alice", password="wonderland")).status == 200
        assert (await alice.session())["user"]["name"] == "Alice"
    assert await sql.get_user_by_email("alice@example.com") == created is not None
    await alice.auth.aclose()


async def test_a_redis_that_lost_its_data_signs_all_users_out_but_loses_no_user(
    sql: SQLAlchemyAdapter, tmp_path: Path
) -> None:
    with private_redis(tmp_path) as url:
        auth = make_auth(strategy="database", adapter=CachedAdapter(sql, url))
        alice = Browser(auth)
        await alice.sign_in(username="alice", password="wonderland")
        before = await sql.get_user_by_email("alice@example.com")
    away = await alice.get("/session")
    assert (away.status, away.header("retry-after")) == (503, "5")
    with private_redis(tmp_path, port_of(url)):
        assert await alice.session() == {}
        await alice.sign_in(username="alice", password="wonderland")
        assert (await alice.session())["user"]["name"] == "Alice"
        assert await sql.get_user_by_email("alice@example.com") == before is not None
        await auth.aclose()


@pytest.mark.parametrize(
    ("sql", "redis", "prefix", "option"),
    [
        ("sqlite+aiosqlite://", "redis://localhost", "a", "sql"),
        (MemoryAdapter(), "http://localhost", "a", "redis"),
        (MemoryAdapter(), MemoryAdapter(), "a", "redis"),
        (MemoryAdapter(), "redis://localhost", "", "prefix"),
        (MemoryAdapter(), "redis://localhost", "{a}", "prefix"),
    ],
)
def test_an_invalid_option_is_refused_by_name(sql: Any, redis: Any, prefix: str, option: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        CachedAdapter(sql, redis, prefix=prefix)
    assert refused.value.option == option
