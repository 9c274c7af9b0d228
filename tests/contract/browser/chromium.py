"""Debian's Chromium, started once for a test session, without access to other machines."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

HOST = "127.0.0.1"
# Another name for the same machine, which a browser treats as another site.
ELSEWHERE = "localhost"
# A site with a domain name, which can have a sibling at "evil.site.example".
SITE = "site.example"
_LOCAL = (*(f"{scheme}://{name}:" for scheme in ("http", "ws") for name in (HOST, ELSEWHERE)), "data:", "blob:")
_RESOLVER_RULES = [
    f"MAP {SITE} {HOST}",
    f"MAP *.{SITE} {HOST}",
    "MAP * ~NOTFOUND",
    f"EXCLUDE {HOST}",
    f"EXCLUDE {ELSEWHERE}",
]
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules={', '.join(_RESOLVER_RULES)}",
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    # The same engine without windows, which is faster.
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def new_profile(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """Yield a new browser profile. Fail if one of its pages sends a request or opens a websocket to another machine."""
    context = await chromium.new_context(locale="en-GB")
    context.set_default_timeout(20_000)
    foreign: list[str] = []

    def note(url: str) -> None:
        if not url.startswith(_LOCAL):
            foreign.append(url)

    context.on("request", lambda request: note(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: note(socket.url)))
    yield context
    await context.close()
    assert foreign == []


@pytest_asyncio.fixture(loop_scope="session")
async def profile(chromium: Browser) -> AsyncIterator[BrowserContext]:
    async with new_profile(chromium) as context:
        yield context
