"""A visitor of a site with authwright's built-in pages, in real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from authwright.testing import FakeIdP
from contract.browser import chromium as browser_fixtures
from contract.browser.servers import identity_provider, serve
from e2e.site import build
from e2e.visitor import Visitor


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session")
def idp() -> Iterator[FakeIdP]:
    with identity_provider() as running:
        yield running


@pytest.fixture(scope="session")
def origin(idp: FakeIdP) -> Iterator[str]:
    with serve(lambda origin: build(origin, idp)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(origin: str, profile: BrowserContext) -> AsyncIterator[Visitor]:
    """A visitor of the site. The test fails if a page logs a script error or a CSP violation."""
    one = Visitor(await profile.new_page(), origin)
    yield one
    assert one.complaints == []
