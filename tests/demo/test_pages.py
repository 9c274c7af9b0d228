"""The demo's pages in Chromium: ReactPy on the server, MicroPython in the browser, and two synchronised tabs."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def open_page(profile: BrowserContext, url: str) -> Page:
    page = await profile.new_page()
    await page.goto(url)
    return page


async def sign_in(page: Page, origin: str, username: str, password: str) -> None:
    """Sign in on the sign-in page, and wait for /protected."""
    await page.goto(f"{origin}/protected")
    await page.fill("input[name=username]", username)
    await page.fill("input[name=password]", password)
    await page.click("form[action$='/callback/credentials'] button")
    await expect(page.locator("h1")).to_have_text("A protected page")


async def expect_badge(page: Page, text: str) -> None:
    await expect(page.locator(".badge")).to_have_text(text)


async def test_the_home_page_shows_the_demo_users(profile: BrowserContext, origin: str) -> None:
    page = await open_page(profile, origin)
    await expect_badge(page, "Signed out")
    assert await page.locator("dd code").all_inner_texts() == ["alice", "wonderland", "bob", "looking-glass"]


async def test_signing_in_and_out_updates_every_tab(profile: BrowserContext, origin: str) -> None:
    home, page = await open_page(profile, origin), await open_page(profile, origin)
    await expect_badge(home, "Signed out")
    await sign_in(page, origin, "bob", "looking-glass")
    await expect_badge(page, "Bob Dodgson")
    await expect_badge(home, "Bob Dodgson")
    pages: list[str] = []
    page.on("request", lambda request: pages.append(request.url) if request.is_navigation_request() else None)
    await home.click("text=Sign out")
    await expect_badge(home, "Signed out")
    await page.wait_for_url("**/api/auth/signin?*error=SessionRequired*")
    # Two simultaneous navigations would abort each other.
    assert len(pages) == 1


async def test_a_new_name_appears_in_every_tab_as_text(profile: BrowserContext, origin: str) -> None:
    page, browser = await open_page(profile, origin), await open_page(profile, f"{origin}/browser")
    await sign_in(page, origin, "alice", "wonderland")
    await expect_badge(browser, "Alice Liddell")
    await page.goto(f"{origin}/profile")
    await page.fill("#name", "Alice <b>P</b>")
    await page.click("form button")
    await expect(page.locator(".note")).to_have_text("Saved.")
    await expect_badge(page, "Alice <b>P</b>")
    await expect_badge(browser, "Alice <b>P</b>")
    await browser.fill("#name", "Alice Liddell")
    await browser.click("#rename button")
    await expect_badge(page, "Alice Liddell")


async def test_the_micropython_page_signs_in_and_protects_its_guarded_part(
    profile: BrowserContext, origin: str
) -> None:
    page = await open_page(profile, f"{origin}/browser")
    for password, message in (("wonderland", "The username or password is incorrect."), ("looking-glass", "")):
        await page.fill("#username", "bob")
        await page.fill("#password", password)
        await page.click("#enter button")
        await expect(page.locator("#message")).to_have_text(message)
    await expect_badge(page, "Bob Dodgson")
    await page.click("text=guarded part")
    await page.wait_for_url(f"{origin}/browser?refused")
    await expect(page.locator("#message")).to_have_text("Only admins can view that page. Sign in as alice.")


async def test_an_admin_sees_which_mails_were_sent(profile: BrowserContext, origin: str) -> None:
    page = await open_page(profile, f"{origin}/api/auth/signin")
    await page.fill("input[name=email]", "carol@example.com")
    await page.click("form[action$='/signin/email'] button")
    await sign_in(page, origin, "alice", "wonderland")
    await page.goto(f"{origin}/admin")
    await expect(page.locator("#mails")).to_contain_text("since the demo was started")
    await expect(page.locator("li").first).to_contain_text("To carol@example.com, valid until")


async def test_a_member_cannot_see_the_admin_page(profile: BrowserContext, origin: str) -> None:
    page = await open_page(profile, origin)
    await sign_in(page, origin, "bob", "looking-glass")
    await page.goto(f"{origin}/admin")
    await expect(page.locator("h1")).to_have_text("Access denied")


async def test_a_button_signs_in_without_a_reload(profile: BrowserContext, origin: str) -> None:
    page = await open_page(profile, origin)
    await page.evaluate("window.loadedOnce = true")
    await page.click("text=Sign in as Bob")
    await expect(page.locator("h1")).to_have_text("Hello, Bob Dodgson")
    await page.click("text=Sign out")
    await expect_badge(page, "Signed out")
    assert await page.evaluate("window.loadedOnce")


async def test_saving_a_name_that_another_tab_changed_keeps_the_new_name(profile: BrowserContext, origin: str) -> None:
    first, second = await open_page(profile, origin), await open_page(profile, origin)
    await sign_in(first, origin, "bob", "looking-glass")
    for tab in (first, second):
        await tab.goto(f"{origin}/profile")
    await expect_badge(second, "Bob Dodgson")
    await first.fill("#name", "Robert")
    await first.click("form button")
    await expect(second.locator("#name")).to_have_value("Robert")
    await second.click("form button")
    await expect(second.locator(".note")).to_have_text("Saved.")
    await expect_badge(second, "Robert")
    await second.fill("#name", "Bob Dodgson")
    await second.click("form button")
    await expect_badge(first, "Bob Dodgson")


PAGES = {"/": "Home", "/protected": "Protected", "/profile": "Profile", "/admin": "Admin"}


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_its_title_and_fits_a_phone(profile: BrowserContext, origin: str, path: str) -> None:
    page = await open_page(profile, origin)
    await sign_in(page, origin, "alice", "wonderland")
    await page.set_viewport_size({"width": 320, "height": 568})
    await page.goto(origin + path)
    await expect_badge(page, "Alice Liddell")
    assert await page.title() == f"{PAGES[path]} - authwright demo"
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_a_browser_without_scripts_signs_in(chromium: Browser, origin: str) -> None:
    page = await chromium.new_page(java_script_enabled=False)
    await page.goto(origin)
    await page.get_by_role("link", name="sign in").click()
    await page.fill("input[name=username]", "alice")
    await page.fill("input[name=password]", "wonderland")
    await page.click("form[action$='/callback/credentials'] button")
    await page.goto(f"{origin}/outbox")
    await expect_badge(page, "Alice Liddell")
    await page.close()
