"""Redis is killed during sign-ins, and starts again with or without its data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TypeAlias

import pytest

from authwright import Auth
from authwright.adapters.cached import CachedAdapter
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.testing import FakeIdP, FakeUser
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import corp, to_provider
from support.redis import port_of, private_redis

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
Store: TypeAlias = RedisAdapter | CachedAdapter


@pytest.fixture(params=["redis", "cached"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Store]:
    """Create a store of each kind, from the URL of a Redis."""
    if request.param == "redis":
        return RedisAdapter
    return lambda url: CachedAdapter(SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db"), url)


async def sign_in_as(auth: Auth, idp: FakeIdP, sub: str) -> bool:
    """Return whether *sub* could sign in. If not, the response is a redirect, or a 503 with Retry-After."""
    idp.users[sub] = FakeUser(sub=sub, name=sub, email=f"{sub}@example.com")
    browser = Browser(auth)
    response = await browser.get(idp.sign_in(await to_provider(browser), sub))
    assert response.status == 302 or (response.status == 503 and response.header("retry-after"))
    return response.status == 302 and location_of(response) == ORIGIN


async def visit(auth: Auth, idp: FakeIdP, stop: asyncio.Event, name: str) -> None:
    """Sign in again and again, as three users in turn, until *stop* is set."""
    for attempt in count():
        if stop.is_set():
            return
        await sign_in_as(auth, idp, f"{name}-{attempt % 3}")
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("options", [(), DURABLE], ids=["empty", "durable"])
async def test_sign_ins_during_a_restart_get_a_response_and_later_ones_work(
    make_store: Callable[[str], Store], tmp_path: Path, options: tuple[str, ...]
) -> None:
    idp, stop = FakeIdP("http://localhost:4000"), asyncio.Event()
    with private_redis(tmp_path, None, *options) as url:
        adapter = make_store(url)
        auth = make_auth(providers=[corp(idp)], adapter=adapter, strategy="database")
        crowd = [asyncio.create_task(visit(auth, idp, stop, str(number))) for number in range(6)]
        await asyncio.sleep(0.4)
    assert not await sign_in_as(auth, idp, "too-late")
    with private_redis(tmp_path, port_of(url), *options):
        await asyncio.sleep(0.4)
        stop.set()
        await asyncio.gather(*crowd)
        assert await sign_in_as(auth, idp, "afterwards")
        await auth.aclose()


async def test_sessions_outlive_a_restart_of_a_redis_that_keeps_them(
    make_store: Callable[[str], Store], tmp_path: Path
) -> None:
    with private_redis(tmp_path, None, *DURABLE) as url:
        auth = make_auth(adapter=make_store(url), strategy="database")
        alice, bob = Browser(auth), Browser(auth)
        for browser in (alice, bob):
            await browser.sign_in(username="alice", password="wonderland")
        await bob.sign_out()
    with private_redis(tmp_path, port_of(url), *DURABLE):
        assert (await alice.session())["user"]["name"] == "Alice"
        assert await bob.session() == {}
        await auth.aclose()
