"""What a person sees is the same whatever draws the page: ReactPy, NiceGUI, or Python in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import BrowserContext

from client.scenario.conftest import OpenTab
from client.scenario.hosts import Host
from client.scenario.tab import NpmTab

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]
# The store's own timers: MicroPython runs the same files as Pyodide, and starts in a tenth of the time.
without_pyodide = pytest.mark.parametrize("host", ["reactpy", "nicegui", "micropython"], indirect=True)


async def rename_elsewhere(profile: BrowserContext, origin: str) -> None:
    """Change the session where no tab hears of it."""
    token = (await (await profile.request.get(f"{origin}/api/auth/csrf")).json())["csrfToken"]
    changed = {"csrfToken": token, "data": {"name": "Alice Elsewhere"}}
    assert (await profile.request.post(f"{origin}/api/auth/session", data=changed)).ok


async def test_two_tabs_stay_in_step_without_a_reload(open_tab: OpenTab) -> None:
    one, two = await open_tab(), await open_tab()
    await one.shows("unauthenticated:-")
    await one.press("wrong-password", "CredentialsSignin")
    await one.shows("unauthenticated:-")
    await one.sign_in()
    await two.shows("authenticated:Alice")
    await two.press("update", "updated")
    await one.shows("authenticated:Alice Updated")
    await one.press("sign-out", "signed out")
    await two.shows("unauthenticated:-")


async def test_a_reload_shows_the_session_at_once_where_the_server_draws(open_tab: OpenTab, host: Host) -> None:
    tab = await open_tab()
    await tab.sign_in()
    await tab.reload()
    await tab.shows("authenticated:Alice")
    before = [] if host.draws else ["loading:-"]
    assert await tab.page.evaluate("window.shown") == [*before, "authenticated:Alice"]


async def test_no_script_reads_the_session_and_no_storage_keeps_it(open_tab: OpenTab, profile: BrowserContext) -> None:
    tab = await open_tab()
    await tab.sign_in()
    cookies = {cookie["name"]: cookie for cookie in await profile.cookies()}
    session = cookies["next-auth.session-token"]
    assert (session["httpOnly"], session["sameSite"]) == (True, "Lax")
    assert "session-token" not in await tab.page.evaluate("document.cookie")
    stored = await tab.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "nextauth.message" in stored
    assert not any(secret in stored for secret in ("alice", "Alice", tab.host.password, session["value"]))


async def test_a_required_page_comes_back_after_sign_in(open_tab: OpenTab, origin: str) -> None:
    tab = await open_tab()
    await tab.page.click("#required")
    await tab.page.wait_for_url("**/api/auth/signin?*error=SessionRequired*", timeout=45_000)
    await tab.sign_in_on_the_page()
    await tab.page.wait_for_url(f"{origin}/required", timeout=45_000)
    await tab.shows("authenticated:Alice")


@without_pyodide
async def test_an_interval_brings_what_changed_elsewhere(
    open_tab: OpenTab, profile: BrowserContext, origin: str
) -> None:
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
async def test_coming_to_the_front_brings_what_changed_elsewhere(
    open_tab: OpenTab, profile: BrowserContext, origin: str
) -> None:
    tab, blind = await open_tab(), await open_tab("/?focus=false")
    await tab.sign_in()
    await blind.shows("authenticated:Alice")
    await rename_elsewhere(profile, origin)
    # Both hear it; what one fetches it tells the other, so that one is looked at first.
    await blind.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await blind.page.wait_for_timeout(500)
    await blind.shows("authenticated:Alice")
    await tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await tab.shows("authenticated:Alice Elsewhere")
    await blind.shows("authenticated:Alice Elsewhere")


@without_pyodide
async def test_polling_stops_offline_and_goes_on_online(
    open_tab: OpenTab, profile: BrowserContext, origin: str
) -> None:
    tab = await open_tab("/?interval=0.3&offline=false&focus=false")
    await tab.sign_in()
    await tab.page.evaluate(
        "Object.defineProperty(navigator, 'onLine', { value: false, configurable: true });"
        "window.dispatchEvent(new Event('offline'))"
    )
    # NiceGUI's connection heeds that event too; when it is back, a poll from before may still be answered.
    await tab.page.wait_for_timeout(300)
    await tab.until_ready()
    await tab.page.wait_for_timeout(700)
    await rename_elsewhere(profile, origin)
    await tab.page.wait_for_timeout(900)
    await tab.shows("authenticated:Alice")
    await tab.page.evaluate("delete navigator.onLine; window.dispatchEvent(new Event('online'))")
    await tab.shows("authenticated:Alice Elsewhere")


async def test_a_tab_with_the_npm_client_and_ours_are_in_step_both_ways(
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
