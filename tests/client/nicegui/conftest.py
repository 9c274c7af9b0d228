"""A NiceGUI server, and a tab in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from client.nicegui.server import serve_nicegui
from client.nicegui.tab import Tab
from contract.browser import chromium as browser_fixtures


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of the app in page.py."""
    with serve_nicegui(tmp_path_factory.mktemp("nicegui")) as origin:
        yield origin


@pytest_asyncio.fixture(loop_scope="session")
async def tab(profile: BrowserContext, origin: str) -> Tab:
    tab = Tab(await profile.new_page(), origin)
    await tab.open()
    return tab
