"""A manipulated tab cannot get a false session, with each user interface whose Python runs on the server."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import BrowserContext

from client.scenario.conftest import OpenTab
from client.scenario.hosts import Host
from client.scenario.tab import Tab

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

bridged = pytest.mark.parametrize("host", ["reactpy", "nicegui"], indirect=True)
navigating = pytest.mark.parametrize("host", ["reactpy", "nicegui", "micropython"], indirect=True)

SESSION = "**/api/auth/session?nonce=*"
STEAL, STOLEN = "localStorage.setItem('stolen','1')", "localStorage.getItem('stolen')"
MALLORY = {"user": {"name": "Mallory"}, "expires": "2099-01-01T00:00:00.000Z"}


async def respond_with(tab: Tab, body: Any) -> None:
    """Make the tab report *body* instead of the response of the server."""
    await tab.page.route(SESSION, lambda route: route.fulfill(json=body))


async def shown_after_it(tab: Tab) -> list[str]:
    """Return what the page shows until the reply of the tab, and one more round trip, have arrived."""
    await tab.page.evaluate("window.shown = [document.querySelector('#status').textContent]")
    await tab.hear_another_tab()
    await tab.press("wrong-password", "CredentialsSignin")
    shown: list[str] = await tab.page.evaluate("window.shown")
    return shown


@bridged
async def test_a_forged_receipt_gives_no_session(open_tab: OpenTab) -> None:
    tab = await open_tab()
    for body in ({"receipt": "forged"}, {"receipt": MALLORY}, MALLORY, ["receipt"]):
        await tab.press("sign-out", "signed out")  # so that the bridge is ready, and the next message differs
        await respond_with(tab, body)
        assert await shown_after_it(tab) == ["unauthenticated:-"]


@bridged
async def test_a_receipt_for_an_earlier_nonce_gives_no_session(open_tab: OpenTab) -> None:
    tab = await open_tab()
    async with tab.page.expect_response(SESSION) as response:
        await tab.sign_in()
    alices = await (await response.value).json()
    assert alices["receipt"]
    await tab.press("sign-out", "signed out")
    await tab.shows("unauthenticated:-")
    await respond_with(tab, alices)
    assert await shown_after_it(tab) == ["unauthenticated:-"]


@bridged
async def test_a_receipt_of_another_user_gives_no_session(
    open_tab: OpenTab, stranger: BrowserContext, origin: str
) -> None:
    victim, tab = await open_tab(profile=stranger), await open_tab()
    await victim.sign_in()
    await tab.press("sign-out", "signed out")
    stolen = await (await stranger.request.get(f"{origin}/api/auth/session?nonce=0123456789abcdef")).json()
    assert stolen["receipt"]
    await respond_with(tab, stolen)
    assert await shown_after_it(tab) == ["unauthenticated:-"]


@bridged
async def test_the_receipt_from_the_server_is_accepted(open_tab: OpenTab) -> None:
    """This shows that the tests above would notice a session."""
    tab = await open_tab()
    await tab.sign_in()
    await tab.page.route(SESSION, lambda route: route.continue_())
    assert await shown_after_it(tab) == ["authenticated:Alice"]


@navigating
async def test_a_response_cannot_make_the_page_navigate_to_a_script(open_tab: OpenTab) -> None:
    tab = await open_tab()
    body = {"url": f"javascript:{STEAL}"}
    await tab.page.route("**/api/auth/signout", lambda route: route.fulfill(json=body))
    async with tab.page.expect_response("**/api/auth/signout"):
        await tab.page.click("#leave")
    await tab.press("wrong-password", "CredentialsSignin")
    assert await tab.page.evaluate(STOLEN) is None


@bridged
async def test_a_tab_fetches_nothing_outside_the_base_path(open_tab: OpenTab, host: Host) -> None:
    tab = await open_tab()
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    elsewhere = [
        "http://localhost:1/api/auth/csrf",
        "//localhost:1/",
        "/admin",
        "/api/auth/../../admin",
        "/api/authority",
    ]
    commands = [
        {"seq": 1000 + at, "op": "fetch", "method": "GET", "url": url}
        for at, url in enumerate([*elsewhere, "/api/auth/csrf"])
    ]
    async with tab.page.expect_response("**/api/auth/csrf"):
        await tab.page.evaluate(host.command, commands)
    assert asked == [f"{tab.origin}/api/auth/csrf"]


@bridged
async def test_a_tab_does_not_navigate_to_a_script(open_tab: OpenTab, host: Host) -> None:
    tab = await open_tab()
    for seq, scheme in enumerate(["javascript:", "JavaScript:", "java\tscript:"], 1000):
        await tab.page.evaluate(host.command, [{"seq": seq, "op": "navigate", "url": scheme + STEAL}])
    # Time for a navigation to begin.
    await tab.page.wait_for_timeout(300)
    assert await tab.page.evaluate(STOLEN) is None
