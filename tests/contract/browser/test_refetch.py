"""When SessionProvider asks again: after a while, on focus, and what being offline changes."""

from __future__ import annotations

import pytest

from contract.browser.app import App
from contract.browser.servers import one_strategy

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session"), one_strategy]

MINUTE = 60_000  # milliseconds


async def opened(alice: App, **provider: object) -> App:
    """A tab in which Alice is signed in and time passes as the test says."""
    tab = await alice.another()
    # The first tab would ask too when it hears of this one, and its late answer set a cookie that a test removed.
    await alice.page.goto("about:blank")
    await tab.page.clock.install()
    await tab.open(provider=provider)
    await tab.shows("authenticated")
    return tab


async def test_it_asks_again_after_each_interval(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60)
    before = await tab.asked_for_session()
    for _ in range(2):
        async with tab.page.expect_response("**/api/auth/session"):
            await tab.page.clock.run_for(MINUTE)
    assert await tab.asked_for_session() == before + 2


async def test_without_an_interval_it_does_not_ask_again(alice: App) -> None:
    tab = await opened(alice)
    before = await tab.asked_for_session()
    await tab.page.clock.run_for(60 * MINUTE)
    assert await tab.asked_for_session() == before


async def test_a_session_that_ended_is_noticed_at_the_next_interval(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60)
    await tab.page.context.clear_cookies()
    await tab.page.clock.run_for(MINUTE)
    await tab.shows("unauthenticated")


async def test_nobody_is_not_asked_for_again(app: App) -> None:
    await app.page.clock.install()
    await app.open(provider={"refetchInterval": 60})
    await app.shows("unauthenticated")
    await app.page.clock.run_for(2 * MINUTE)
    await app.focus()
    assert await app.asked_for_session() == 1


async def test_coming_back_to_the_tab_asks_again(alice: App) -> None:
    tab = await opened(alice)
    await tab.page.context.clear_cookies()
    await tab.focus()
    await tab.shows("unauthenticated")


async def test_coming_back_asks_nothing_where_that_is_switched_off(alice: App) -> None:
    tab = await opened(alice, refetchOnWindowFocus=False)
    before = await tab.asked_for_session()
    await tab.focus()
    assert await tab.asked_for_session() == before


async def test_offline_it_asks_all_the_same_by_default(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60)
    await tab.page.context.set_offline(True)
    async with tab.page.expect_event("requestfailed", lambda request: request.url.endswith("/session")):
        await tab.page.clock.run_for(MINUTE)


async def test_offline_it_waits_where_told_to_and_goes_on_when_back(alice: App) -> None:
    tab = await opened(alice, refetchInterval=60, refetchWhenOffline=False)
    before = tab.requests.count("GET /api/auth/session")
    await tab.page.context.set_offline(True)
    await tab.page.clock.run_for(5 * MINUTE)
    assert tab.requests.count("GET /api/auth/session") == before
    await tab.page.context.set_offline(False)
    async with tab.page.expect_response("**/api/auth/session"):
        await tab.page.clock.run_for(MINUTE)
    await tab.shows("authenticated")
