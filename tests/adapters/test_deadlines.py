"""Stores that hang: no request waits for one longer than its deadline, and service is back as soon as the store is."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from authwright import Callbacks, SessionOptions
from authwright.adapters.base import Adapter
from authwright.adapters.cached import CachedAdapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LATER, session
from authwright.adapters.deadline import one_request
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.redis import RedisAdapter, RedisRevocation
from authwright.adapters.revocation import MemoryRevocation
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter, SQLAlchemyRevocation
from authwright.errors import AdapterError, ConfigurationError
from authwright.types import AdapterSession, User
from support.apps import make_auth
from support.browser import Browser
from support.proxy import Proxy, proxied

TIMEOUT = 0.5
# What a caller may wait beyond it, on a busy machine.
SLACK = 0.6
# How soon the service is back (docs/reliability.md).
RECOVERY = 5.0
Store: TypeAlias = SQLAlchemyAdapter | RedisAdapter | CachedAdapter


@pytest.fixture(params=["postgres", "mariadb", "redis", "cached"])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def server_url(kind: str, request: pytest.FixtureRequest) -> URL:
    """Where the store's server is."""
    if kind in ("redis", "cached"):
        return make_url(request.getfixturevalue("redis_url"))
    url: URL = request.getfixturevalue(kind)
    return url


@pytest.fixture
async def proxy(server_url: URL) -> AsyncIterator[Proxy]:
    """A proxy in front of the server."""
    async with proxied(server_url.host or "", server_url.port or 0) as proxy:
        yield proxy


@pytest.fixture
async def store(kind: str, server_url: URL, proxy: Proxy, prefix: str, tmp_path: Path) -> AsyncIterator[Store]:
    """A store behind the proxy, which has not been used yet."""
    store: Store
    url = server_url.set(host="127.0.0.1", port=proxy.port)
    address = url.render_as_string(hide_password=False)
    if kind == "redis":
        store = RedisAdapter(address, prefix=prefix, timeout=TIMEOUT)
    elif kind == "cached":
        sql = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db")
        store = CachedAdapter(sql, address, prefix=prefix, timeout=TIMEOUT)
    else:
        await SQLAlchemyAdapter(server_url).create_all()
        store = SQLAlchemyAdapter(without_tls(url), timeout=TIMEOUT)
    yield store
    await store.aclose()


def without_tls(url: URL) -> URL:
    """*url*, without asking PostgreSQL for TLS: asyncpg forgets an exception if that is interrupted."""
    return url.update_query_dict({"ssl": "disable"}) if url.get_backend_name() == "postgresql" else url


@pytest.fixture
def adapter(store: Store) -> Adapter:
    """The store as ``Auth`` uses it."""
    return make_auth(adapter=store).adapter


async def use(adapter: Adapter, number: int) -> None:
    """A read, or a write."""
    if number % 2:
        await adapter.update_session("token", LATER)
    else:
        await adapter.get_session_and_user("token")


async def assert_hangs_briefly(adapter: Adapter, number: int) -> None:
    began = time.monotonic()
    with pytest.raises(AdapterError):
        await use(adapter, number)
    assert time.monotonic() - began < TIMEOUT + SLACK


async def assert_recovers(adapter: Adapter) -> None:
    """Assert that within the time of recovery, many calls at once succeed. On a busy machine the first may be late."""
    async with asyncio.timeout(RECOVERY):
        while True:
            found = await asyncio.gather(*(use(adapter, number) for number in range(30)), return_exceptions=True)
            if not any(found):
                return
            assert {type(one) for one in found if one} == {AdapterError}


async def test_calls_to_a_store_that_hangs_end_and_later_ones_work(adapter: Adapter, proxy: Proxy) -> None:
    await adapter.sign_up(ALICE, GITHUB, session())
    proxy.hang()
    for _ in range(2):
        await asyncio.gather(*(assert_hangs_briefly(adapter, number) for number in range(30)))
    proxy.resume()
    await assert_recovers(adapter)


async def test_a_first_call_to_a_store_that_hangs_ends(adapter: Adapter, proxy: Proxy) -> None:
    proxy.hang()
    await asyncio.gather(*(assert_hangs_briefly(adapter, number) for number in range(20)))
    proxy.resume()
    async with asyncio.timeout(RECOVERY):
        await adapter.sign_up(ALICE, GITHUB, session())


async def test_a_failover_of_which_connections_hear_nothing_costs_one_deadline(adapter: Adapter, proxy: Proxy) -> None:
    await adapter.sign_up(ALICE, GITHUB, session())
    await asyncio.gather(*(use(adapter, number) for number in range(40)))
    proxy.fail_over()
    await assert_hangs_briefly(adapter, 0)
    async with asyncio.timeout(RECOVERY):
        for number in range(30):
            await use(adapter, number)


async def test_a_store_that_hangs_does_not_keep_an_app_from_ending(store: Store, proxy: Proxy) -> None:
    await store.sign_up(ALICE, GITHUB, session())
    proxy.hang()
    async with asyncio.timeout(3):
        await store.aclose()


async def test_a_locked_user_delays_no_reading_of_sessions(server: URL) -> None:
    adapter = make_auth(adapter=SQLAlchemyAdapter(without_tls(server), create_tables=True, timeout=TIMEOUT)).adapter
    made = await adapter.sign_up(ALICE, GITHUB, session())
    engine = create_async_engine(server)
    async with engine.begin() as other:
        await other.execute(text("UPDATE users SET name = 'Carol'"))
        updates = [asyncio.create_task(adapter.update_user(made.id, {"name": "Bob"})) for _ in range(30)]
        await asyncio.sleep(TIMEOUT / 5)
        async with asyncio.timeout(TIMEOUT / 5):
            await adapter.get_session_and_user("token")
        failed = await asyncio.gather(*updates, return_exceptions=True)
    assert [type(one) for one in failed] == [AdapterError] * 30
    await engine.dispose()
    assert (await adapter.update_user(made.id, {"name": "Bob"})).name == "Bob"


class SlowAdapter(MemoryAdapter):
    """Takes its time for sessions; and says how long the work of a request may take, as another author's may."""

    timeout = 0.3
    takes = 0.2

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        await asyncio.sleep(self.takes)
        return await super().get_session_and_user(session_token)

    async def get_user(self, user_id: str) -> User | None:
        await asyncio.sleep(self.takes)
        return await super().get_user(user_id)


async def test_all_store_work_of_one_request_has_one_deadline() -> None:
    auth = make_auth(adapter=SlowAdapter(), strategy="database")

    async def two_calls() -> None:
        await auth.adapter.get_user("1")
        await auth.adapter.get_user("1")

    await two_calls()
    with pytest.raises(AdapterError, match=r"store work of one request took more than 0\.3 s"):
        await one_request(two_calls)()


async def test_a_request_whose_store_hangs_is_told_when_to_come_again() -> None:
    adapter = SlowAdapter()
    browser = Browser(make_auth(adapter=adapter, strategy="database"))
    await browser.sign_in(username="alice", password="wonderland")
    adapter.takes = 60
    answer = await browser.get("/session")
    assert (answer.status, answer.header("retry-after")) == (503, "5")


async def test_what_an_apps_own_function_takes_is_not_the_stores_time() -> None:
    async def slow(session: object) -> object:
        await asyncio.sleep(0.4)
        return session

    browser = Browser(make_auth(adapter=SlowAdapter(), strategy="database", callbacks=Callbacks(session=slow)))
    await browser.sign_in(username="alice", password="wonderland")
    assert (await browser.session())["user"]["name"] == "Alice"


async def test_a_task_that_outlives_its_request_has_time_of_its_own() -> None:
    auth = make_auth(adapter=SlowAdapter(), strategy="database")
    begun: list[asyncio.Task[User | None]] = []

    async def later() -> User | None:
        await asyncio.sleep(0.1)
        return await auth.adapter.get_user("1")

    async def request() -> None:
        begun.append(asyncio.create_task(later()))
        await auth.adapter.get_user("1")

    await one_request(request)()
    assert await begun[0] is None


async def test_a_store_of_revocations_that_hangs_has_a_deadline() -> None:
    class Hanging(MemoryRevocation):
        timeout = 0.1

        async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
            await asyncio.sleep(60)
            raise AssertionError

    browser = Browser(make_auth(session=SessionOptions(revocation=Hanging())))
    async with asyncio.timeout(5):
        assert (await browser.sign_in(username="alice", password="wonderland")).status == 503


async def test_a_caller_who_leaves_is_no_deadline() -> None:
    auth = make_auth(adapter=SlowAdapter(), strategy="database")
    task = asyncio.create_task(auth.adapter.get_user("1"))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("timeout", [0, -1, float("inf"), float("nan"), "5", None, True])
def test_a_timeout_is_a_number_of_seconds(timeout: Any) -> None:
    url, redis = "sqlite+aiosqlite://", "redis://localhost"
    for make in (
        lambda: SQLAlchemyAdapter(url, timeout=timeout),
        lambda: SQLAlchemyRevocation(url, timeout=timeout),
        lambda: RedisAdapter(redis, timeout=timeout),
        lambda: RedisRevocation(redis, timeout=timeout),
        lambda: CachedAdapter(MemoryAdapter(), redis, timeout=timeout),
    ):
        with pytest.raises(ConfigurationError, match="timeout"):
            make()


async def test_a_write_that_waits_for_sqlites_lock_ends_at_its_deadline(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/auth.db"
    adapter = make_auth(adapter=SQLAlchemyAdapter(f"{url}?timeout=2", timeout=0.3)).adapter
    await adapter.sign_up(ALICE, GITHUB, session())
    with closing(sqlite3.connect(tmp_path / "auth.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        waiting = [asyncio.create_task(adapter.create_user(BOB)) for _ in range(5)]
        assert [type(one) for one in await asyncio.gather(*waiting, return_exceptions=True)] == [AdapterError] * 5
        assert time.monotonic() - began < 0.3 + SLACK
        assert await adapter.get_session_and_user("token")
