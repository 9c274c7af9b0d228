"""Two processes on one store whose clocks differ by ten seconds: no time limit is wrong by more than that.

Each process is a separate ``Auth``; the tests set the clock to that of the process that handles the request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from itertools import cycle, product
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL
from starlette.responses import Response

from authwright import Auth, SessionOptions
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.revocation import MemoryRevocation
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.testing import FakeIdP, Outbox
from authwright.types import User
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of
from support.clock import Clock
from support.provider import corp

ALICE = {"username": "alice", "password": "wonderland"}
MAX_AGE = 3600
APART = 10.0
# v4's leeway for tokens, in seconds.
LEEWAY = 15
PAIRS = list(product([0.0, APART], repeat=2))


@pytest.fixture
async def postgres_store(postgres: URL) -> AsyncIterator[Adapter]:
    adapter = SQLAlchemyAdapter(postgres, create_tables=True)
    yield adapter
    await adapter.aclose()


@pytest.fixture(params=["jwt", "database"])
def two_apps(request: pytest.FixtureRequest, postgres_store: Adapter) -> Callable[..., tuple[Auth, Auth]]:
    """A function that creates two processes with one secret and one store, for each session strategy."""

    def make(**options: Any) -> tuple[Auth, Auth]:
        session = SessionOptions(strategy=request.param, max_age=MAX_AGE, **options)
        here, there = (make_auth(adapter=postgres_store, session=session) for _ in range(2))
        return here, there

    return make


async def is_signed_in(browser: Browser, auth: Auth) -> bool:
    browser.auth = auth
    return bool(await browser.session())


async def test_a_user_who_alternates_between_processes_stays_signed_in(
    two_apps: Callable[..., Any], clock: Clock
) -> None:
    here, there = two_apps(update_age=0)
    browser = Browser(here)
    await browser.sign_in(**ALICE)
    for auth, fast in [(there, APART), (here, 0.0)] * 3:
        clock.later += MAX_AGE - APART - 1
        with clock.fast_by(fast):
            assert await is_signed_in(browser, auth)


@pytest.mark.parametrize(("began", "read"), PAIRS)
async def test_a_session_ends_at_each_process_within_the_difference(
    two_apps: Callable[..., Any], clock: Clock, began: float, read: float
) -> None:
    here, there = two_apps()
    browser = Browser(here)
    with clock.fast_by(began):
        await browser.sign_in(**ALICE)
    kept = dict(browser.cookies)
    clock.later += MAX_AGE - APART - 1
    with clock.fast_by(read):
        assert await is_signed_in(browser, there)
    browser.cookies = kept
    clock.later += 2 * APART + 2 + LEEWAY
    with clock.fast_by(read):
        assert not await is_signed_in(browser, there)


async def test_the_absolute_age_is_exact_within_the_difference(two_apps: Callable[..., Any], clock: Clock) -> None:
    here, there = two_apps(absolute_max_age=MAX_AGE // 2, update_age=0)
    browser = Browser(here)
    with clock.fast_by(APART):
        await browser.sign_in(**ALICE)
    clock.later += MAX_AGE // 2 - 1
    assert await is_signed_in(browser, there)
    clock.later += APART + 2 + LEEWAY
    assert not await is_signed_in(browser, there)


async def test_a_session_in_redis_survives_use_by_both_processes(redis: Redis, prefix: str, clock: Clock) -> None:
    session = SessionOptions(strategy="database", max_age=MAX_AGE, update_age=0)
    here, there = (make_auth(adapter=RedisAdapter(redis, prefix=prefix), session=session) for _ in range(2))
    browser = Browser(here)
    await browser.sign_in(**ALICE)
    for auth, fast in zip([there, here] * 3, cycle([APART, 0.0])):
        with clock.fast_by(fast):
            assert await is_signed_in(browser, auth)


@pytest.mark.parametrize(("began", "ended"), PAIRS)
async def test_a_signed_out_user_is_out_with_any_clocks_and_can_sign_in_again_at_once(
    clock: Clock, began: float, ended: float
) -> None:
    store = MemoryRevocation()
    here, there = (make_auth(session=SessionOptions(strategy="jwt", revocation=store)) for _ in range(2))
    browser = Browser(here)
    with clock.fast_by(began):
        await browser.sign_in(**ALICE)
    with clock.fast_by(ended):
        await there.sign_out_user("1")
    assert not await is_signed_in(browser, here)
    for auth, fast in ((here, began), (there, ended)):
        browser.auth = auth
        with clock.fast_by(fast):
            await browser.sign_in(**ALICE)
        assert await is_signed_in(browser, here)
        assert await is_signed_in(browser, there)


async def test_a_sign_out_ends_every_copy_of_a_session_started_by_a_clock_that_is_a_day_fast(clock: Clock) -> None:
    session = SessionOptions(strategy="jwt", max_age=MAX_AGE, revocation=MemoryRevocation())
    here, there = (make_auth(session=session) for _ in range(2))
    browser, thief = Browser(there), Browser(here)
    with clock.fast_by(86400):
        await browser.sign_in(**ALICE)
    thief.cookies, browser.auth = dict(browser.cookies), here
    await browser.sign_out()
    assert not await is_signed_in(thief, here)
    clock.later += MAX_AGE + LEEWAY + 1
    assert not await is_signed_in(thief, here)


@pytest.mark.parametrize(("began", "ended"), PAIRS)
async def test_an_oauth_sign_in_starts_at_one_process_and_finishes_at_the_other(
    clock: Clock, began: float, ended: float
) -> None:
    idp = FakeIdP("http://localhost:4000")
    here, there = (make_auth(providers=[corp(idp)]) for _ in range(2))
    browser = Browser(here)
    with clock.fast_by(began):
        url = location_of(await browser.sign_in("/signin/corp"))
    browser.auth = there
    with clock.fast_by(ended):
        response = await browser.get(idp.sign_in(url, "alice"))
    assert location_of(response) == ORIGIN


@pytest.mark.parametrize(("sent", "opened"), PAIRS)
async def test_an_email_link_from_one_process_works_at_the_other(
    outbox: Outbox, clock: Clock, sent: float, opened: float
) -> None:
    adapter = MemoryAdapter()
    here, there = (make_auth(outbox, adapter=adapter, confirm=False) for _ in range(2))
    with clock.fast_by(sent):
        await Browser(here).sign_in("/signin/email", email="carol@example.com")
    browser = Browser(there)
    with clock.fast_by(opened):
        await browser.get(outbox.links[-1])
        assert (await browser.session())["user"]["email"] == "carol@example.com"


async def test_a_user_can_be_signed_in_by_the_app_right_after_being_signed_out(clock: Clock) -> None:
    auth = make_auth(session=SessionOptions(strategy="jwt", revocation=MemoryRevocation()))
    browser = Browser(auth)
    await browser.sign_in(**ALICE)
    await auth.sign_out_user("1")
    response = Response()
    await auth.sign_in_user(browser.cookies, User(id="1", name="Alice"), response)
    name, _, value = response.headers["set-cookie"].partition(";")[0].partition("=")
    browser.cookies[name] = value
    assert await is_signed_in(browser, auth)
