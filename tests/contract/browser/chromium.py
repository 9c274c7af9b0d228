"""Debian's Chromium, once for a test session, cut off from every network but this machine."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

HOST = "127.0.0.1"
# The same machine by another name, which a browser takes for another site.
ELSEWHERE = "localhost"
# A site with a name, and with room for a sibling at "evil.site.example".
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
    # The same engine without windows, and faster for it.
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def new_profile(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A browser profile of its own. Fails where a page of it asks another machine for anything, or opens a websocket
    to one.
    """
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
