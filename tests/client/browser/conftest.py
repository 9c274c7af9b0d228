"""A site for each interpreter, and tabs in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from client.browser.site import INTERPRETERS, PACKAGES, site
from contract.browser import chromium as browser_fixtures
from contract.browser.servers import serve


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session", params=list(INTERPRETERS))
def origin(request: pytest.FixtureRequest) -> Iterator[str]:
    if not (PACKAGES / "@pyscript" / "core").is_dir():
        pytest.skip("The npm packages are missing: npm install in tests/contract/node")
    with serve(lambda origin: site(origin, request.param)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(profile: BrowserContext, origin: str) -> Page:
    """A tab of an anonymous visitor."""
    page = await profile.new_page()
    await open_app(page, origin)
    return page


async def open_app(page: Page, url: str, status: str = "unauthenticated:-") -> None:
    await page.goto(url)
    await shows(page, "ready", "message")
    await shows(page, status)


async def shows(page: Page, text: str, id: str = "status") -> None:
    await expect(page.locator(f"#{id}")).to_have_text(text, timeout=60_000)
