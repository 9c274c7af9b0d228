"""Debian's Chromium, once for a test session, cut off from every network but this machine."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Request, async_playwright

HOST = "127.0.0.1"
# The same machine by another name, which a browser takes for another site.
ELSEWHERE = "localhost"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}, EXCLUDE {ELSEWHERE}",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def profile(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A browser profile of its own. The test fails where a page of it asks another machine for anything."""
    context = await chromium.new_context(locale="en-GB")
    context.set_default_timeout(20_000)
    foreign: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((f"http://{HOST}:", f"http://{ELSEWHERE}:", "data:", "blob:")):
            foreign.append(request.url)

    context.on("request", note)
    yield context
    await context.close()
    assert foreign == []
