"""Concurrent requests through the whole server, on each kind of database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import URL, event, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from authwright import SessionOptions
from authwright.adapters.conformance.samples import ALICE, GITHUB, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.testing import FakeIdP, Outbox
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser
from support.provider import corp, sign_in

NOT_LINKED = f"{BASE_URL}/error?error=OAuthAccountNotLinked"


@pytest.fixture
async def engine(database: URL) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
async def adapter(database: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    adapter = SQLAlchemyAdapter(database, create_tables=True)
    yield adapter
    await adapter.aclose()


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP("http://localhost:4000")


async def count(engine: AsyncEngine, table: str) -> int:
    async with engine.connect() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608


async def test_concurrent_first_sign_ins_with_one_account_create_one_user_and_all_succeed(
    adapter: SQLAlchemyAdapter, engine: AsyncEngine, idp: FakeIdP
) -> None:
    browsers = [Browser(make_auth(providers=[corp(idp)], adapter=adapter, strategy="database")) for _ in range(8)]
    assert await asyncio.gather(*(sign_in(browser, idp) for browser in browsers)) == [ORIGIN] * 8
    assert [(await browser.session())["user"]["name"] for browser in browsers] == ["Alice Liddell"] * 8
    assert (await count(engine, "users"), await count(engine, "accounts")) == (1, 1)


async def test_concurrent_sign_ins_with_a_trusted_provider_link_one_account(
    adapter: SQLAlchemyAdapter, engine: AsyncEngine, idp: FakeIdP
) -> None:
    trusted = corp(idp, allow_dangerous_email_account_linking=True)
    browsers = [Browser(make_auth(providers=[trusted], adapter=adapter, strategy="database")) for _ in range(8)]
    await adapter.create_user(ALICE)
    assert await asyncio.gather(*(sign_in(browser, idp) for browser in browsers)) == [ORIGIN] * 8
    assert (await count(engine, "users"), await count(engine, "accounts")) == (1, 1)


@pytest.mark.parametrize("attempt", range(4))
async def test_concurrent_sign_ins_with_one_new_address_at_two_providers_create_one_user(
    adapter: SQLAlchemyAdapter, engine: AsyncEngine, idp: FakeIdP, attempt: int
) -> None:
    auth = make_auth(providers=[corp(idp), corp(idp, id="club")], adapter=adapter, strategy="database")
    ends = await asyncio.gather(*(sign_in(Browser(auth), idp, provider=name) for name in ("corp", "club")))
    assert sorted(ends) == sorted([ORIGIN, NOT_LINKED])
    assert (await count(engine, "users"), await count(engine, "sessions")) == (1, 1)


async def test_a_link_opened_twenty_times_at_once_signs_in_once(adapter: SQLAlchemyAdapter, outbox: Outbox) -> None:
    auth = make_auth(outbox, adapter=adapter, strategy="database", confirm=False)
    await Browser(auth).sign_in("/signin/email", email="carol@example.com")
    link = outbox.links[0]
    browsers = [Browser(auth) for _ in range(20)]
    await asyncio.gather(*(browser.get(link) for browser in browsers))
    assert sum([await browser.session() != {} for browser in browsers]) == 1


@pytest.fixture
async def browser(engine: AsyncEngine) -> Browser:
    """A signed-in browser whose session is refreshed at most once an hour."""
    options = SessionOptions(strategy="database", update_age=3600)
    browser = Browser(make_auth(adapter=SQLAlchemyAdapter(engine, create_tables=True), session=options))
    await browser.sign_in(username="alice", password="wonderland")
    return browser


@pytest.fixture
def written(engine: AsyncEngine) -> list[int]:
    """The number of rows that each ``UPDATE sessions`` changed, in order."""
    rows: list[int] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: object) -> None:
        if statement.startswith("UPDATE sessions"):
            rows.append(cursor.rowcount)

    event.listen(engine.sync_engine, "after_cursor_execute", note)
    return rows


async def test_fifty_reads_of_a_session_that_is_due_for_a_refresh_write_it_once(
    browser: Browser, written: list[int], travel: Callable[[float], None]
) -> None:
    for _ in range(2):
        travel(3601)
        sessions = await asyncio.gather(*(browser.session() for _ in range(50)))
        assert {one["user"]["name"] for one in sessions} == {"Alice"}
    assert sum(written) == 2


async def test_a_refresh_does_not_undo_a_sign_out(
    browser: Browser, engine: AsyncEngine, travel: Callable[[float], None]
) -> None:
    travel(3601)
    others = [Browser(browser.auth) for _ in range(20)]
    for other in others:
        other.cookies |= browser.cookies
    refreshes = [other.session() for other in others]
    await asyncio.gather(*refreshes[:10], browser.sign_out(), *refreshes[10:])
    assert await count(engine, "sessions") == 0
    assert [await other.session() for other in others] == [{}] * 20


@pytest.mark.parametrize("steps", range(0, 24, 2))
async def test_a_cancelled_sign_up_is_stored_completely_or_not_at_all(adapter: SQLAlchemyAdapter, steps: int) -> None:
    await adapter.get_user("unknown")
    interrupted = asyncio.create_task(adapter.sign_up(ALICE, GITHUB, session()))
    for _ in range(steps):
        await asyncio.sleep(0.0005)
    interrupted.cancel()
    await asyncio.gather(interrupted, return_exceptions=True)
    user = await adapter.get_user_by_email("alice@example.com")
    assert await adapter.get_user_by_account("github", "42") == user
    assert (await adapter.get_session_and_user("token") is None) == (user is None)
