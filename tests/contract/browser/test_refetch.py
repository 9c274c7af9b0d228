"""When SessionProvider fetches the session again: after an interval, on focus, and offline."""

from __future__ import annotations

import pytest

from contract.browser.app import App
from contract.browser.servers import one_strategy

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session"), one_strategy]

MINUTE = 60_000  # milliseconds


async def opened(alice: App, **provider: object) -> App:
    """Return a tab in which Alice is signed in, and whose clock the test controls."""
    tab = await alice.another()
    # Otherwise the first tab would fetch the session too, and its response could set a cookie that a test has removed.
    await alice.page.goto("about:blank")
    await tab.page.clock.install()
    await tab.open(provider=provider)
    await tab.shows("authenticated")
    return tab


async def test_the_session_is_fetched_after_each_interval(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60)
    before = await tab.asked_for_session()
    for _ in range(2):
        async with tab.page.expect_response("**/api/auth/session"):
            await tab.page.clock.run_for(MINUTE)
    assert await tab.asked_for_session() == before + 2


async def test_the_session_is_not_fetched_again_without_an_interval(alice: App) -> None:
    tab = await opened(alice)
    before = await tab.asked_for_session()
    await tab.page.clock.run_for(60 * MINUTE)
    assert await tab.asked_for_session() == before


async def test_an_ended_session_is_noticed_at_the_next_interval(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60)
    await tab.page.context.clear_cookies()
    await tab.page.clock.run_for(MINUTE)
    await tab.shows("unauthenticated")


async def test_an_anonymous_visitor_fetches_the_session_only_once(app: App) -> None:
    await app.page.clock.install()
    await app.open(provider={"refetchInterval": 60})
    await app.shows("unauthenticated")
    await app.page.clock.run_for(2 * MINUTE)
    await app.focus()
    assert await app.asked_for_session() == 1


async def test_returning_to_the_tab_fetches_the_session(alice: App) -> None:
    tab = await opened(alice)
    await tab.page.context.clear_cookies()
    await tab.focus()
    await tab.shows("unauthenticated")


async def test_returning_to_the_tab_fetches_nothing_if_the_option_is_off(alice: App) -> None:
    tab = await opened(alice, refetchOnWindowFocus=False)
    before = await tab.asked_for_session()
    await tab.focus()
    assert await tab.asked_for_session() == before


async def test_polling_continues_offline_by_default(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60)
    await tab.page.context.set_offline(True)
    async with tab.page.expect_event("requestfailed", lambda request: request.url.endswith("/session")):
        await tab.page.clock.run_for(MINUTE)


async def test_polling_pauses_offline_if_refetch_when_offline_is_false(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60, refetchWhenOffline=False)
    before = tab.requests.count("GET /api/auth/session")
    await tab.page.context.set_offline(True)
    await tab.page.clock.run_for(5 * MINUTE)
    assert tab.requests.count("GET /api/auth/session") == before
    await tab.page.context.set_offline(False)
    async with tab.page.expect_response("**/api/auth/session"):
        await tab.page.clock.run_for(MINUTE)
    await tab.shows("authenticated")
