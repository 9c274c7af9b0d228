"""Run the suite on Node, which proves that it describes v4, and on authwright with both session strategies."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from contract.browser import chromium as browser_fixtures
from contract.browser.app import App
from contract.browser.bundle import PACKAGES, make_bundle
from contract.browser.servers import EVERY_SERVER, Server, authwright, node


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of the page, with the unmodified ``next-auth/react``."""
    return make_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="session", params=EVERY_SERVER)
def server(request: pytest.FixtureRequest, bundle: Path) -> Iterator[Server]:
    starts: dict[str, Callable[[], AbstractContextManager[Server]]] = {
        "node": lambda: node(PACKAGES, bundle),
        "authwright-jwt": lambda: authwright("jwt", bundle),
        "authwright-database": lambda: authwright("database", bundle),
    }
    with starts[request.param]() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def app(server: Server, profile: BrowserContext) -> AsyncIterator[App]:
    """A tab that has not opened the page yet."""
    yield App(await profile.new_page(), server)


@pytest_asyncio.fixture(loop_scope="session")
async def alice(app: App) -> App:
    """A tab in which Alice is signed in."""
    await app.open()
    await app.sign_in()
    return app
