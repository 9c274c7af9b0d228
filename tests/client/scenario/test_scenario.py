"""The user sees the same behaviour with every user interface: ReactPy, NiceGUI and Python in the browser."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import BrowserContext

from client.scenario.conftest import OpenTab
from client.scenario.hosts import Host
from client.scenario.tab import NpmTab

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]
# Not on Pyodide: MicroPython runs the same files, and starts in a tenth of the time.
without_pyodide = pytest.mark.parametrize("host", ["reactpy", "nicegui", "micropython"], indirect=True)


async def rename_elsewhere(profile: BrowserContext, origin: str) -> None:
    """Change the session without a message to any tab."""
    token = (await (await profile.request.get(f"{origin}/api/auth/csrf")).json())["csrfToken"]
    changed = {"csrfToken": token, "data": {"name": "Alice Elsewhere"}}
    assert (await profile.request.post(f"{origin}/api/auth/session", data=changed)).ok


async def test_two_tabs_stay_in_sync_without_a_reload(open_tab: OpenTab) -> None:
    one, two = await open_tab(), await open_tab()
    await one.shows("unauthenticated:-")
    for tab in (one, two):
        await tab.page.evaluate("window.same = true")
    await one.press("wrong-password", "CredentialsSignin")
    await one.shows("unauthenticated:-")
    await one.sign_in()
    await two.shows("authenticated:Alice")
    await two.press("update", "updated")
    await one.shows("authenticated:Alice Updated")
    await one.press("sign-out", "signed out")
    await two.shows("unauthenticated:-")
    for tab in (one, two):
        assert await tab.page.evaluate("window.same")


@without_pyodide
async def test_another_browser_has_its_own_session(open_tab: OpenTab, stranger: BrowserContext) -> None:
    here, elsewhere = await open_tab(), await open_tab(profile=stranger)
    await here.sign_in()
    await elsewhere.press("wrong-password", "CredentialsSignin")
    await elsewhere.shows("unauthenticated:-")
    await elsewhere.sign_in()
    await here.press("sign-out", "signed out")
    await elsewhere.press("update", "updated")
    await elsewhere.shows("authenticated:Alice Updated")
    await here.shows("unauthenticated:-")


@without_pyodide
async def test_a_reload_shows_the_session_at_once_if_the_server_renders_the_page(
    open_tab: OpenTab, profile: BrowserContext, origin: str, host: Host
) -> None:
    tab = await open_tab()
    await tab.sign_in()
    tab.asked.clear()
    await tab.reload()
    await tab.shows("authenticated:Alice")
    before = [] if host.draws else ["loading:-"]
    assert await tab.page.evaluate("window.shown") == [*before, "authenticated:Alice"]
    assert tab.asked == ([] if host.draws else ["/session"])
    assert "loading:" not in await (await profile.request.get(origin)).text()


@pytest.mark.parametrize("host", ["reactpy", "nicegui"], indirect=True)
async def test_a_page_that_got_its_session_from_the_server_makes_no_other_tab_fetch(
    open_tab: OpenTab, profile: BrowserContext, origin: str, host: Host, bundle: Path
) -> None:
    npm = await NpmTab.open(profile, origin, host, bundle)
    one, two = await open_tab(), await open_tab()
    await one.sign_in()
    await two.shows("authenticated:Alice")
    await npm.shows("authenticated", "Alice")
    asked: list[str] = []
    for page in (one.page, two.page, npm.page):
        page.on("request", lambda request: asked.append(request.url) if "/api/auth/" in request.url else None)
    await open_tab()
    await one.reload()
    await one.shows("authenticated:Alice")
    await two.page.wait_for_timeout(500)
    assert asked == []


@without_pyodide
async def test_a_sign_in_on_the_sign_in_page_reaches_the_other_tabs(open_tab: OpenTab, origin: str) -> None:
    one, two = await open_tab(), await open_tab()
    await two.shows("unauthenticated:-")
    await one.page.click("#go")
    await one.page.wait_for_url("**/api/auth/signin?callbackUrl=*")
    await one.sign_in_on_the_page()
    await one.page.wait_for_url(f"{origin}/")
    await two.shows("authenticated:Alice")


@without_pyodide
async def test_a_session_given_by_the_app_is_not_fetched(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await tab.sign_in()
    tab.asked.clear()
    await tab.goto("/?known=none")
    await tab.shows("unauthenticated:-")
    assert (await tab.page.evaluate("window.shown"), tab.asked) == (["unauthenticated:-"], [])


@without_pyodide
async def test_the_session_is_neither_readable_by_scripts_nor_kept_in_storage(
    open_tab: OpenTab, profile: BrowserContext
) -> None:
    tab = await open_tab()
    await tab.sign_in()
    cookies = {cookie["name"]: cookie for cookie in await profile.cookies()}
    session = cookies["next-auth.session-token"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Lax")
    assert "session-token" not in await tab.page.evaluate("document.cookie")
    stored = await tab.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "nextauth.message" in stored
    assert not any(secret in stored for secret in ("alice", "Alice", tab.host.password, session["value"]))


@without_pyodide
async def test_a_page_that_requires_a_session_returns_after_sign_in(open_tab: OpenTab, origin: str) -> None:
    tab = await open_tab()
    await tab.page.click("#required")
    await tab.page.wait_for_url("**/api/auth/signin?*error=SessionRequired*", timeout=45_000)
    await tab.sign_in_on_the_page()
    await tab.page.wait_for_url(f"{origin}/required", timeout=45_000)
    await tab.shows("authenticated:Alice")


@without_pyodide
async def test_signing_out_in_another_tab_leaves_a_page_that_requires_a_session(open_tab: OpenTab, origin: str) -> None:
    tab = await open_tab()
    await tab.sign_in()
    members = await open_tab("/required")
    await members.shows("authenticated:Alice")
    await tab.press("sign-out", "signed out")
    await members.page.wait_for_url("**/api/auth/signin?*error=SessionRequired*")
    assert parse_qs(urlsplit(members.page.url).query)["callbackUrl"] == [f"{origin}/required"]


@without_pyodide
async def test_sign_in_without_a_provider_goes_to_the_sign_in_page_and_back(open_tab: OpenTab, origin: str) -> None:
    tab = await open_tab()
    await tab.page.click("#go")
    await tab.page.wait_for_url("**/api/auth/signin?callbackUrl=*")
    await tab.sign_in_on_the_page()
    await tab.page.wait_for_url(f"{origin}/")
    await tab.shows("authenticated:Alice")


@without_pyodide
async def test_polling_fetches_changes_made_elsewhere(open_tab: OpenTab, profile: BrowserContext, origin: str) -> None:
    tab = await open_tab("/?interval=0.3&focus=false")
    await tab.sign_in()
    await rename_elsewhere(profile, origin)
    await tab.shows("authenticated:Alice Elsewhere")


@without_pyodide
async def test_a_session_that_ended_elsewhere_ends_here(
    open_tab: OpenTab, profile: BrowserContext, origin: str
) -> None:
    tab = await open_tab("/?interval=0.3&focus=false")
    await tab.sign_in()
    await profile.clear_cookies()
    await tab.shows("unauthenticated:-")


@without_pyodide
async def test_coming_to_the_front_fetches_changes_made_elsewhere(
    open_tab: OpenTab, profile: BrowserContext, origin: str
) -> None:
    tab, blind = await open_tab(), await open_tab("/?focus=false")
    await tab.sign_in()
    await blind.shows("authenticated:Alice")
    await rename_elsewhere(profile, origin)
    # A tab sends what it fetches to the other tabs, so check first that the blind tab does not fetch.
    await blind.come_to_the_front()
    await blind.page.wait_for_timeout(500)
    await blind.shows("authenticated:Alice")
    await tab.come_to_the_front()
    await tab.shows("authenticated:Alice Elsewhere")
    await blind.shows("authenticated:Alice Elsewhere")


@without_pyodide
async def test_the_session_stays_while_offline_and_polling_resumes_online(
    open_tab: OpenTab, profile: BrowserContext, origin: str
) -> None:
    tab = await open_tab("/?interval=0.3&offline=false&focus=false")
    await tab.sign_in()
    await profile.set_offline(True)
    await rename_elsewhere(profile, origin)
    tab.asked.clear()
    await tab.page.wait_for_timeout(900)
    await tab.shows("authenticated:Alice")
    assert tab.asked == []
    await profile.set_offline(False)
    await tab.shows("authenticated:Alice Elsewhere")


@without_pyodide
async def test_polling_stops_while_the_device_is_offline(open_tab: OpenTab) -> None:
    tab = await open_tab("/?interval=0.3&offline=false&focus=false")
    await tab.sign_in()
    await tab.say_online(False)
    # NiceGUI's connection reconnects too. After that, the response to an earlier poll may still arrive.
    await tab.page.wait_for_timeout(300)
    await tab.until_ready()
    await tab.page.wait_for_timeout(500)
    tab.asked.clear()
    await tab.page.wait_for_timeout(900)
    assert tab.asked == []
    async with tab.page.expect_request("**/api/auth/session*"):
        await tab.say_online(True)


@without_pyodide
async def test_polling_continues_offline_by_default(open_tab: OpenTab, profile: BrowserContext, origin: str) -> None:
    tab = await open_tab("/?interval=0.3&focus=false")
    await tab.sign_in()
    await tab.say_online(False)
    await rename_elsewhere(profile, origin)
    await tab.shows("authenticated:Alice Elsewhere")


async def test_a_tab_with_the_npm_client_and_ours_stay_in_sync_both_ways(
    open_tab: OpenTab, profile: BrowserContext, origin: str, host: Host, bundle: Path
) -> None:
    npm = await NpmTab.open(profile, origin, host, bundle)
    ours = await open_tab()
    await ours.sign_in()
    await npm.shows("authenticated", "Alice")
    await ours.press("update", "updated")
    await npm.shows("authenticated", "Alice Updated")
    await ours.press("sign-out", "signed out")
    await npm.shows("unauthenticated")
    await npm.sign_in()
    await npm.page.reload()
    await ours.shows("authenticated:Alice")
    await npm.shows("authenticated", "Alice")
    await npm.a_second_later()
    await npm.rename("Alice by npm")
    await ours.shows("authenticated:Alice by npm")
    await npm.call("signOut", {"redirect": False})
    await ours.shows("unauthenticated:-")
