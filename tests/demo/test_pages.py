"""The demo's pages in Chromium: ReactPy on the server, MicroPython in the browser, and two tabs in step."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import BrowserContext, Page, expect
from websockets.asyncio.client import connect

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def open_page(profile: BrowserContext, url: str) -> Page:
    page = await profile.new_page()
    await page.goto(url)
    return page


async def sign_in(page: Page, origin: str, username: str, password: str) -> None:
    """By the sign-in page, to /protected."""
    await page.goto(f"{origin}/protected")
    await page.fill("input[name=username]", username)
    await page.fill("input[name=password]", password)
    await page.click("form[action$='/callback/credentials'] button")
    await expect(page.locator("h1")).to_have_text("A protected page")


async def badge(page: Page, text: str) -> None:
    await expect(page.locator(".badge")).to_have_text(text)


async def test_the_home_page_tells_whom_to_sign_in_as(profile: BrowserContext, origin: str) -> None:
    page = await open_page(profile, origin)
    await badge(page, "Signed out")
    assert await page.locator("dd code").all_inner_texts() == ["alice", "wonderland", "bob", "looking-glass"]


async def test_a_sign_in_and_a_sign_out_show_in_every_tab(profile: BrowserContext, origin: str) -> None:
    home, page = await open_page(profile, origin), await open_page(profile, origin)
    await badge(home, "Signed out")
    await sign_in(page, origin, "bob", "looking-glass")
    await badge(page, "Bob Dodgson")
    await badge(home, "Bob Dodgson")
    await home.click("text=Sign out")
    await badge(home, "Signed out")
    await page.wait_for_url("**/api/auth/signin?*error=SessionRequired*")


async def test_a_new_name_shows_in_every_tab_as_text(profile: BrowserContext, origin: str) -> None:
    page, browser = await open_page(profile, origin), await open_page(profile, f"{origin}/browser")
    await sign_in(page, origin, "alice", "wonderland")
    await badge(browser, "Alice Liddell")
    await page.goto(f"{origin}/profile")
    await page.fill("#name", "Alice <b>P</b>")
    await page.click("form button")
    await expect(page.locator(".note")).to_have_text("Saved.")
    await badge(page, "Alice <b>P</b>")
    await badge(browser, "Alice <b>P</b>")
    await browser.fill("#name", "Alice Liddell")
    await browser.click("#rename button")
    await badge(page, "Alice Liddell")


async def test_the_browsers_page_signs_in_and_guards(profile: BrowserContext, origin: str) -> None:
    page = await open_page(profile, f"{origin}/browser")
    for password, said in (("wonderland", "Nobody of the demo's has this name and password."), ("looking-glass", "")):
        await page.fill("#username", "bob")
        await page.fill("#password", password)
        await page.click("#enter button")
        await expect(page.locator("#message")).to_have_text(said)
    await badge(page, "Bob Dodgson")
    await page.click("text=guarded part")
    await page.wait_for_url(f"{origin}/browser?refused")
    await expect(page.locator("#message")).to_have_text("That page is for admins: sign in as alice.")


async def test_an_admin_sees_how_many_mails_there_are(profile: BrowserContext, origin: str) -> None:
    page = await open_page(profile, origin)
    await sign_in(page, origin, "alice", "wonderland")
    await page.goto(f"{origin}/admin")
    await expect(page.locator("#mails")).to_contain_text("since the demo was started")


async def test_a_websocket_at_the_admins_page_draws_it_for_no_member(profile: BrowserContext, origin: str) -> None:
    """The gate before the page does not stand before ReactPy's socket: the guard in the page does."""
    page = await open_page(profile, origin)
    await sign_in(page, origin, "bob", "looking-glass")
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in await profile.cookies())
    url = origin.replace("http", "ws") + "/reactpy/?path=%2Fadmin"
    async with connect(url, origin=origin, additional_headers={"Cookie": cookies}) as socket:
        frames = [str(await socket.recv())]
        while "You may not do this" not in frames[-1]:
            frames.append(str(await socket.recv()))
    assert "Bob Dodgson" in "".join(frames)
    assert "since the demo was started" not in "".join(frames)
    assert json.loads(frames[-1])
