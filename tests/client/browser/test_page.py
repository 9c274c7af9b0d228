"""The client in the browser: guards, fetches, navigation, and messages from other tabs."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, Request, expect

from client.browser.conftest import open_app, shows

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]
# MicroPython only: the same files run on Pyodide, which starts slowly.
micropython = pytest.mark.parametrize("origin", ["micropython"], indirect=True)


async def sign_in(page: Page) -> None:
    await page.click("#sign-in")
    await shows(page, "authenticated:Alice")


async def test_a_guarded_element_is_shown_only_to_the_required_role(page: Page, origin: str) -> None:
    await sign_in(page)
    await open_app(page, f"{origin}/?guard=member", "authenticated:Alice")
    await expect(page.locator("#admin")).to_be_visible()
    await open_app(page, f"{origin}/?guard=admin", "authenticated:Alice")
    await expect(page.locator("#admin")).to_be_hidden()
    await expect(page.locator("#waiting")).to_be_hidden()


@micropython
async def test_a_guard_redirects_the_wrong_role(page: Page, origin: str) -> None:
    await sign_in(page)
    await page.goto(f"{origin}/?guard=admin&unauthorized=/login-with-different-user")
    await page.wait_for_url(f"{origin}/login-with-different-user", timeout=60_000)


async def test_a_guard_redirects_an_anonymous_visitor_to_the_sign_in_page(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/?guard=member")
    await page.wait_for_url("**/api/auth/signin?*error=SessionRequired*", timeout=60_000)


@micropython
async def test_the_page_does_not_navigate_to_a_javascript_url(page: Page, origin: str) -> None:
    await sign_in(page)
    await open_app(
        page, f"{origin}/?guard=admin&unauthorized=javascript:document.title='stolen'", "authenticated:Alice"
    )
    await page.wait_for_timeout(300)
    assert await page.title() == "App"


@micropython
@pytest.mark.parametrize("path", ["http://localhost:1", "//localhost:1", "/\\\\localhost:1", "/\t/localhost:1"])
async def test_nothing_is_fetched_from_another_origin(page: Page, path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.evaluate("(path) => document.querySelector('#elsewhere').dataset.path = path", path)
    await page.click("#elsewhere")
    await shows(page, "None", "message")
    assert asked == []


@micropython
async def test_a_redirect_does_not_resend_the_password(page: Page, profile: BrowserContext, origin: str) -> None:
    sent: list[Request] = []
    page.on("request", lambda request: "/caught" in request.url and sent.append(request))
    moved = {"Location": f"{origin}/caught"}
    await page.route("**/api/auth/callback/credentials", lambda route: route.fulfill(status=307, headers=moved))
    await page.click("#sign-in")
    await shows(page, "FetchError", "message")
    assert sent == []


@micropython
@pytest.mark.parametrize("text", ["not json", "[]", '{"event":"session"}', '{"event":"other","data":{}}', "null"])
async def test_invalid_messages_from_another_script_are_ignored(
    page: Page, profile: BrowserContext, origin: str, text: str
) -> None:
    other = await profile.new_page()
    await other.goto(f"{origin}/python/app.py")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await other.evaluate("(text) => localStorage.setItem('nextauth.message', text)", text)
    await page.wait_for_timeout(200)
    assert asked == []


@micropython
async def test_a_name_is_shown_as_text_not_as_markup(page: Page, origin: str) -> None:
    await sign_in(page)
    markup = "<img src=x onerror=\"document.title='stolen'\">"
    token = (await (await page.request.get(f"{origin}/api/auth/csrf")).json())["csrfToken"]
    await page.request.post(f"{origin}/api/auth/session", data={"csrfToken": token, "data": {"name": markup}})
    await open_app(page, origin, f"authenticated:{markup}")
    assert await page.title() == "App"
