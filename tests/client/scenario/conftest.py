"""Serve each host once, and open tabs at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from client.scenario.hosts import HOSTS, Host
from client.scenario.tab import Tab
from contract.browser import chromium as browser_fixtures
from contract.browser.bundle import make_bundle
from contract.browser.chromium import new_profile

OpenTab = Callable[..., Awaitable[Tab]]


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session", params=list(HOSTS))
def host(request: pytest.FixtureRequest) -> Host:
    return HOSTS[request.param]


@pytest.fixture(scope="session")
def origin(host: Host, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with host.serve(tmp_path_factory.mktemp("host")) as origin:
        yield origin


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client of the npm package, as one script."""
    return make_bundle(tmp_path_factory.mktemp("bundle"))


@pytest_asyncio.fixture(loop_scope="session")
async def open_tab(profile: BrowserContext, origin: str, host: Host) -> OpenTab:
    async def open(path: str = "/", profile: BrowserContext = profile) -> Tab:
        return await Tab.open(profile, origin, host, path)

    return open


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """The browser of another person."""
    async with new_profile(chromium) as context:
        yield context
