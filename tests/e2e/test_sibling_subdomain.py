"""Attacks from a sibling subdomain, a shared computer and a late response, in Chromium on https, with both strategies.

Mallory has an account at the site's identity provider and a session at the site.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from authwright.testing import FakeIdP, FakeUser
from e2e.https_site import Site, running

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]
SESSION = "__Secure-next-auth.session-token"
SIGN_OUT = """
    const {csrfToken} = await (await fetch('/api/auth/csrf')).json()
    const body = new URLSearchParams({csrfToken, json: 'true'})
    return (await fetch('/api/auth/signout', {method: 'POST', body})).status
"""
ADD_LINK_FIELD = """
    const field = Object.assign(document.createElement('input'), {type: 'hidden', name: 'link', value: 'true'})
    document.querySelector("form[action$='/signin/corp']").append(field)
"""


@pytest.fixture(scope="session", params=["jwt", "database"])
def site(request: pytest.FixtureRequest, idp: FakeIdP, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    for name in ("alice", "mallory", "carol", "second"):
        idp.users[name] = FakeUser(sub=name, name=name.capitalize(), email=f"{name}@example.com")
    with running(request.param, idp, tmp_path_factory.mktemp("tls")) as one:
        yield one


@asynccontextmanager
async def new_browser(chromium: Browser) -> AsyncIterator[BrowserContext]:
    context = await chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(20_000)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def alice(chromium: Browser) -> AsyncIterator[BrowserContext]:
    async with new_browser(chromium) as context:
        yield context


@pytest_asyncio.fixture(loop_scope="session")
async def mallory(chromium: Browser) -> AsyncIterator[BrowserContext]:
    async with new_browser(chromium) as context:
        yield context


async def script(page: Page, text: str) -> Any:
    return await page.evaluate(f"async () => {{ {text} }}")


async def sign_in(context: BrowserContext, site: Site, sub: str, *, link: bool = False) -> Page:
    """Sign in through the provider as *sub*, from the site's sign-in page."""
    page = await context.new_page()
    await page.goto(f"{site.origin}/api/auth/signin?callbackUrl=/")
    if link:
        await script(page, ADD_LINK_FIELD)
    await page.locator("form[action$='/signin/corp'] button").click()
    await page.locator(f"button[name=sub][value='{sub}']").click()
    await page.wait_for_url(f"{site.origin}/**", wait_until="domcontentloaded")
    return page


async def unfinished_sign_in(context: BrowserContext, site: Site, sub: str) -> tuple[str, dict[str, str]]:
    """Sign in as *sub*, but stop before the callback; return its URL and the cookies of the flow."""
    page = await context.new_page()
    await page.goto(f"{site.origin}/api/auth/signin?callbackUrl=/")
    async with page.expect_navigation():
        await page.locator("form[action$='/signin/corp'] button").click()
    cookies = {name: value for name, value in (await cookies_of(context)).items() if "csrf" not in name}
    return site.idp.sign_in(page.url, sub), cookies


async def plant(context: BrowserContext, site: Site, cookies: dict[str, str]) -> None:
    """Let the sibling subdomain set *cookies* for the whole domain, also with the prefixes that it may use."""
    page = await context.new_page()
    await page.goto(site.evil + "/")
    allowed = {name.replace("__Host-", "__Secure-"): value for name, value in cookies.items()}
    body = json.dumps([*cookies.items(), *allowed.items()])
    assert await page.evaluate("body => fetch('/plant', {method: 'POST', body}).then(r => r.ok)", body)
    await page.close()


async def cookies_of(context: BrowserContext) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in await context.cookies()}


async def user_name(page: Page) -> str | None:
    """Return the name of the signed-in user according to the page."""
    session = await script(page, "return await (await fetch('/api/auth/session')).json()")
    name: str | None = session.get("user", {}).get("name")
    return name


async def test_a_sibling_subdomain_cannot_link_its_account_to_a_visitor(
    site: Site, alice: BrowserContext, mallory: BrowserContext
) -> None:
    page = await sign_in(alice, site, "alice")
    callback, cookies = await unfinished_sign_in(mallory, site, "mallory")
    await plant(alice, site, cookies)
    await page.goto(callback)
    assert "error=OAuthCallback" in page.url
    await page.goto(site.origin)
    assert await user_name(page) == "Alice"
    assert "mallory" not in await site.accounts_of("alice@example.com")


async def test_a_planted_session_gets_no_account_of_the_visitor(
    site: Site, alice: BrowserContext, mallory: BrowserContext
) -> None:
    await sign_in(mallory, site, "mallory")
    await plant(alice, site, {SESSION: (await cookies_of(mallory))[SESSION]})
    await sign_in(alice, site, "carol")
    assert await site.accounts_of("mallory@example.com") == ["mallory"]
    assert await site.accounts_of("carol@example.com") == ["carol"]


async def test_the_next_user_of_a_shared_computer_signs_in_as_themselves(site: Site, alice: BrowserContext) -> None:
    await sign_in(alice, site, "mallory")
    page = await sign_in(alice, site, "alice")
    assert await user_name(page) == "Alice"
    assert await site.accounts_of("mallory@example.com") == ["mallory"]


async def test_an_account_is_linked_to_the_user_who_asks_for_it(site: Site, alice: BrowserContext) -> None:
    await sign_in(alice, site, "alice")
    page = await sign_in(alice, site, "second", link=True)
    assert await user_name(page) == "Alice"
    assert "second" in await site.accounts_of("alice@example.com")


async def test_a_response_that_arrives_after_the_sign_out_restores_no_session(
    site: Site, alice: BrowserContext
) -> None:
    page = await sign_in(alice, site, "alice")
    await script(page, "window.late = fetch('/api/auth/session?late').then(response => response.json())")
    assert await script(page, SIGN_OUT) == 200
    assert SESSION not in await cookies_of(alice)
    assert (await script(page, "return await window.late"))["user"]["name"] == "Alice"
    assert SESSION in await cookies_of(alice)
    assert await user_name(page) is None
    assert SESSION not in await cookies_of(alice)
