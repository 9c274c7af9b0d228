"""A PostgreSQL server that stops during sign-ins, as if its machine had crashed, and starts again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from authwright import Auth
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.testing import FakeIdP, FakeUser
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import corp, to_provider
from support.servers import POSTGRES, Instance, find, private


@pytest.fixture(scope="module")
def server() -> Iterator[Instance]:
    """A private PostgreSQL server, which the tests may kill."""
    if find(POSTGRES.binary) is None:
        pytest.skip("PostgreSQL is missing: apt-get install postgresql")
    with private(POSTGRES) as instance:
        yield instance


@pytest.fixture
async def adapter(server: Instance) -> AsyncIterator[SQLAlchemyAdapter]:
    adapter = SQLAlchemyAdapter(server.url, create_tables=True)
    await adapter.get_user("unknown")
    yield adapter
    await adapter.aclose()


async def rows(server: Instance) -> tuple[int, int, int]:
    """Return the numbers of users, accounts and sessions."""
    engine = create_async_engine(server.url)
    async with engine.connect() as connection:
        tables = ("users", "accounts", "sessions")
        counts = [await connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]  # noqa: S608
    await engine.dispose()
    return counts[0], counts[1], counts[2]


async def test_sign_ins_during_a_restart_are_stored_completely_or_not_at_all_and_later_ones_work(
    adapter: SQLAlchemyAdapter, server: Instance
) -> None:
    idp = FakeIdP("http://localhost:4000")
    auth = make_auth(providers=[corp(idp)], adapter=adapter, strategy="database")
    signed_in: set[str] = set()
    stop = asyncio.Event()

    async def visitors(number: int) -> None:
        for attempt in count():
            if stop.is_set():
                return
            sub = f"user-{number}-{attempt}"
            if await sign_in_as(auth, idp, sub):
                signed_in.add(sub)
            await asyncio.sleep(0.01)

    crowd = [asyncio.create_task(visitors(number)) for number in range(6)]
    await asyncio.sleep(0.4)
    await asyncio.to_thread(server.stop)
    assert not await sign_in_as(auth, idp, "too-late")
    await asyncio.to_thread(server.start)
    stop.set()
    await asyncio.gather(*crowd)
    assert await sign_in_as(auth, idp, "afterwards")
    users, accounts, sessions = await rows(server)
    assert users == accounts == sessions >= len(signed_in) + 1 > 1


async def sign_in_as(auth: Auth, idp: FakeIdP, sub: str) -> bool:
    """Return whether *sub* could sign in. If not, the response is a redirect, or a 503 with Retry-After."""
    idp.users[sub] = FakeUser(sub=sub, name=sub, email=f"{sub}@example.com")
    browser = Browser(auth)
    response = await browser.get(idp.sign_in(await to_provider(browser), sub))
    assert response.status == 302 or (response.status == 503 and "Retry-After" in dict(response.headers))
    return response.status == 302 and location_of(response) == ORIGIN


async def test_an_unreachable_store_causes_a_503_with_retry_after(adapter: SQLAlchemyAdapter, server: Instance) -> None:
    browser = Browser(make_auth(adapter=adapter, strategy="database"))
    await browser.sign_in(username="alice", password="wonderland")
    await asyncio.to_thread(server.stop)
    response = await browser.get("/session")
    assert (response.status, "Retry-After" in dict(response.headers)) == (503, True)
    await asyncio.to_thread(server.start)
    assert (await browser.session())["user"]["name"] == "Alice"
