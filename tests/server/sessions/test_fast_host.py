"""A host whose clock is 40 days fast does not end sessions that other hosts still accept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import URL

from authwright import Auth, SessionOptions
from authwright.adapters.cached import CachedAdapter
from authwright.adapters.conformance.samples import ALICE, LINK, session
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter, SQLAlchemyRevocation
from authwright.cli.administration import cleanup
from authwright.testing import Outbox
from authwright.types import AdapterSession, User
from support.apps import make_auth
from support.browser import Browser
from support.clock import Clock

FORTY_DAYS = 40 * 86400.0
PASSWORD = {"username": "alice", "password": "wonderland"}
COOKIE = "next-auth.session-token"
Store: TypeAlias = SQLAlchemyAdapter | RedisAdapter | CachedAdapter


@pytest.fixture
async def rows(database: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    """A store that keeps sessions in database rows."""
    adapter = SQLAlchemyAdapter(database, create_tables=True)
    yield adapter
    await adapter.aclose()


@pytest.fixture(params=["sqlite", "postgres", "mariadb", "redis", "cached"])
def closed_store(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str, prefix: str) -> Store:
    sqlite = URL.create("sqlite+aiosqlite", database=f"{tmp_path}/auth.db")
    if request.param == "redis":
        return RedisAdapter(redis_url, prefix=prefix)
    if request.param == "cached":
        return CachedAdapter(SQLAlchemyAdapter(sqlite), redis_url, prefix=prefix)
    url = sqlite if request.param == "sqlite" else request.getfixturevalue(request.param)
    return SQLAlchemyAdapter(url, create_tables=True)


@pytest.fixture
async def store(closed_store: Store) -> AsyncIterator[Store]:
    """A store that several hosts can share, of each kind."""
    yield closed_store
    await closed_store.aclose()


def in_ten_days(token: str, user: User) -> AdapterSession:
    return replace(session(token, user.id), expires=datetime.now(UTC) + timedelta(days=10))


def two_hosts(store: Any, outbox: Outbox | None = None, **options: Any) -> tuple[Auth, Auth]:
    session_options = SessionOptions(strategy="database")
    here, there = (make_auth(outbox, adapter=store, session=session_options, **options) for _ in range(2))
    return here, there


async def test_requests_to_a_fast_host_do_not_end_the_sessions_of_other_hosts(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = two_hosts(store)
    browser = Browser(here)
    await browser.sign_in(**PASSWORD)
    browser.auth = there
    with clock.fast_by(FORTY_DAYS):
        assert await browser.session() == {}
        assert await there.get_server_session(browser.cookies) is None
    assert "CLOCK" in caplog.text
    assert "3456000" in caplog.text
    browser.auth = here
    assert (await browser.session())["user"]["name"] == "Alice"


async def test_a_session_that_has_expired_on_both_clocks_is_deleted(
    rows: SQLAlchemyAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    here, _ = two_hosts(rows)
    browser = Browser(here)
    await browser.sign_in(**PASSWORD)
    token = browser.cookies[COOKIE]
    await rows.update_session(token, datetime.now(UTC) - timedelta(seconds=1))
    assert await browser.session() == {}
    assert COOKIE not in browser.cookies
    assert await rows.delete_session(token) is None
    assert "CLOCK" not in caplog.text


async def test_sign_ins_at_a_fast_host_delete_no_session_and_no_link(store: Store, clock: Clock) -> None:
    alice = await store.create_user(ALICE)
    await store.create_session(in_ten_days("kept", alice))
    link = replace(LINK, expires=datetime.now(UTC) + timedelta(days=1))
    await store.create_verification_token(link)
    with clock.fast_by(FORTY_DAYS):
        for number in range(100):
            await store.create_session(in_ten_days(f"new {number}", alice))
    assert "kept" in {one.session_token for one in await store.list_sessions(alice.id)}
    assert await store.use_verification_token(link.identifier, link.token) is not None


async def test_cleanup_on_a_fast_host_deletes_nothing(rows: SQLAlchemyAdapter, clock: Clock) -> None:
    await rows.sign_up(ALICE, None, in_ten_days("kept", ALICE))
    with clock.fast_by(FORTY_DAYS):
        assert await cleanup(rows) == {"deleted": 0}
    assert await rows.delete_expired(datetime.now(UTC) + timedelta(days=40)) == 0


async def test_cleanup_on_a_slow_host_deletes_what_has_expired(rows: SQLAlchemyAdapter, clock: Clock) -> None:
    over = replace(in_ten_days("over", ALICE), expires=datetime.now(UTC) - timedelta(days=1))
    await rows.sign_up(ALICE, None, over)
    with clock.fast_by(-FORTY_DAYS):
        await cleanup(rows)
    assert await rows.delete_session("over") is None


async def test_a_fast_host_accepts_a_link_from_another_host(store: Store, outbox: Outbox, clock: Clock) -> None:
    here, there = two_hosts(store, outbox, confirm=False)
    await Browser(here).sign_in("/signin/email", email="carol@example.com")
    browser = Browser(there)
    with clock.fast_by(FORTY_DAYS):
        await browser.get(outbox.links[-1])
        assert (await browser.session())["user"]["email"] == "carol@example.com"


async def test_a_fast_host_lists_and_ends_the_sessions_of_other_hosts(store: Store, clock: Clock) -> None:
    here, there = two_hosts(store)
    browser = Browser(here)
    await browser.sign_in(**PASSWORD)
    alice = await store.get_user_by_email("alice@example.com")
    assert alice
    with clock.fast_by(FORTY_DAYS):
        assert len(await there.list_sessions(alice.id)) == 1
        await there.sign_out_user(alice.id)
    assert await browser.session() == {}


async def test_sign_outs_at_a_fast_host_delete_no_revocation(database: URL, clock: Clock) -> None:
    store = SQLAlchemyRevocation(database, create_tables=True)
    now = datetime.now(UTC).timestamp()
    await store.revoke("user:1", now, now + 30 * 86400, now)
    await store.revoke("user:2", now, now + 70 * 86400, now + FORTY_DAYS)
    assert await store.revoked_before(["user:1"], now + FORTY_DAYS) == now
    await store.aclose()
