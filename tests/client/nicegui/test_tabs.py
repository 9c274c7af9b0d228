"""Two tabs of one browser, and the server behind them, in step."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from client.nicegui.tab import Tab

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def other(profile: BrowserContext, tab: Tab) -> Tab:
    other = Tab(await profile.new_page(), tab.origin)
    await other.open("/?focus=false")
    return other


async def rename_elsewhere(profile: BrowserContext, origin: str) -> None:
    """Change the session where no tab hears of it."""
    token = (await (await profile.request.get(f"{origin}/api/auth/csrf")).json())["csrfToken"]
    changed = {"csrfToken": token, "data": {"name": "Alice Elsewhere"}}
    assert (await profile.request.post(f"{origin}/api/auth/session", data=changed)).ok


async def test_a_wrong_password_says_so_and_signs_nobody_in(tab: Tab) -> None:
    await tab.press("wrong-password", "CredentialsSignin")
    await tab.shows("status", "unauthenticated:-")


async def test_the_other_tab_follows(tab: Tab, other: Tab) -> None:
    await tab.sign_in()
    await other.shows("status", "authenticated:Alice")
    await other.press("update", "updated")
    await tab.shows("status", "authenticated:Alice Updated")
    await tab.press("sign-out", "signed out")
    await other.shows("status", "unauthenticated:-")


async def test_no_script_of_the_page_reads_the_session_cookie(tab: Tab, profile: BrowserContext) -> None:
    await tab.sign_in()
    kept = {cookie["name"]: cookie["httpOnly"] for cookie in await profile.cookies()}
    assert kept["next-auth.session-token"]
    assert "session-token" not in await tab.page.evaluate("document.cookie")


async def test_an_interval_brings_what_changed_elsewhere(tab: Tab, profile: BrowserContext) -> None:
    await tab.open("/?interval=0.3&focus=false")
    await tab.sign_in()
    await rename_elsewhere(profile, tab.origin)
    await tab.shows("status", "authenticated:Alice Elsewhere")


async def test_coming_to_the_front_brings_what_changed_elsewhere(tab: Tab, profile: BrowserContext) -> None:
    await tab.sign_in()
    await rename_elsewhere(profile, tab.origin)
    await tab.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await tab.shows("status", "authenticated:Alice Elsewhere")


async def test_a_device_that_comes_online_again_is_brought_up_to_date(tab: Tab, profile: BrowserContext) -> None:
    await tab.open("/?interval=0.3&offline=false&focus=false")
    await tab.sign_in()
    await tab.page.evaluate("window.dispatchEvent(new Event('offline'))")
    await tab.press("ask", "asked Alice")
    await rename_elsewhere(profile, tab.origin)
    await tab.shows("status", "authenticated:Alice")
    await tab.page.evaluate("window.dispatchEvent(new Event('online'))")
    await tab.shows("status", "authenticated:Alice Elsewhere")
