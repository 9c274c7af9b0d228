"""A running demo, and browser tabs that visit it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from authwright.demo.app import create_app
from client.browser.site import PACKAGES
from contract.browser import chromium as browser_fixtures
from contract.browser.servers import serve


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = tmp_path_factory.mktemp("demo") / "demo.db"
    with serve(lambda origin: create_app(database=database, origin=origin, npm=PACKAGES)) as origin:
        yield origin
