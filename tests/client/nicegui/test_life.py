"""The life cycle of a page: the first connection, a lost connection, and the end of the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, expect

from client.nicegui.tab import Tab

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

Ask = Callable[[str], Awaitable[Any]]


@pytest_asyncio.fixture(loop_scope="session")
async def ask(profile: BrowserContext, origin: str) -> Ask:
    async def ask(path: str) -> Any:
        return await (await profile.request.get(origin + path)).json()

    return ask


async def test_a_bound_element_follows_the_session(tab: Tab) -> None:
    await expect(tab.page.locator("#welcome")).to_be_hidden()
    await tab.sign_in()
    await tab.shows("name", "Alice")
    await expect(tab.page.locator("#welcome")).to_be_visible()
    await tab.press("sign-out", "signed out")
    await tab.shows("name", "-")
    await expect(tab.page.locator("#welcome")).to_be_hidden()


async def test_the_page_works_again_after_a_lost_connection(tab: Tab) -> None:
    await tab.page.evaluate("window.same = true; window.socket.io.engine.close()")
    await tab.sign_in()
    await tab.page.evaluate("window.socket.io.engine.close()")
    await tab.press("sign-out", "signed out")
    assert await tab.page.evaluate("window.same")


async def test_commands_from_a_lost_connection_are_executed_after_the_reconnect(tab: Tab) -> None:
    await tab.open("/?interval=0.3&focus=false")
    await tab.sign_in()
    await tab.page.evaluate("window.socket.io.engine.close()")
    await tab.page.wait_for_function("!window.socket.connected")
    await tab.page.wait_for_function("window.socket.connected")
    async with tab.page.expect_response("**/api/auth/session?nonce=*", timeout=5_000):
        pass


async def test_no_password_stays_in_the_message_history_of_nicegui(tab: Tab, ask: Ask) -> None:
    await tab.sign_in()
    assert (await ask("/inside"))["password_kept"] is False


async def test_a_closed_page_leaves_nothing_behind(tab: Tab, ask: Ask) -> None:
    await tab.open("/?interval=30")
    await tab.sign_in()
    assert (await ask("/inside"))["timers"] > 0
    await tab.page.goto("about:blank")
    await _until(tab, "/inside", "(inside) => inside.timers === 0 && inside.pages === 0")
    assert await ask("/tasks") == 0


async def _until(tab: Tab, path: str, condition: str) -> None:
    """Wait until *condition* is true for the JSON at *path*. NiceGUI keeps a refused page for a minute."""
    watcher = await tab.page.context.new_page()
    await watcher.goto(tab.origin + path)
    await watcher.wait_for_function(f"async () => ({condition})(await (await fetch('{path}')).json())", polling=200)
    await watcher.close()
