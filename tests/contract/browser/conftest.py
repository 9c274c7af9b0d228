"""The suite runs on Node first, which proves that it states v4's behaviour, then on authwright with both strategies."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from contract.browser import chromium as browser_fixtures
from contract.browser.app import App
from contract.browser.servers import EVERY_SERVER, Server, authwright, node

_HERE = Path(__file__).parent
_PACKAGES = _HERE.parent / "node"
# As Next.js does in a browser bundle: what the environment would say is decided at build time.
_DEFINED = {
    "process.env.NODE_ENV": '"production"',
    "process.env.NEXTAUTH_URL": "undefined",
    "process.env.NEXTAUTH_URL_INTERNAL": "undefined",
    "process.env.VERCEL_URL": "undefined",
}


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page with the unmodified ``next-auth/react`` in it."""
    modules = _PACKAGES / "node_modules"
    if shutil.which("node") is None or not (modules / "next-auth").is_dir():
        pytest.skip("The npm packages are missing: npm install in tests/contract/node")
    path = tmp_path_factory.mktemp("bundle") / "bundle.js"
    defined = [f"--define:{name}={value}" for name, value in _DEFINED.items()]
    command = [str(modules / ".bin" / "esbuild"), str(_HERE / "app.jsx"), "--bundle", "--minify", "--jsx=automatic"]
    environment = os.environ | {"NODE_PATH": str(modules)}
    subprocess.run([*command, *defined, f"--outfile={path}", "--log-level=warning"], check=True, env=environment)
    return path


@pytest.fixture(scope="session", params=EVERY_SERVER)
def server(request: pytest.FixtureRequest, bundle: Path) -> Iterator[Server]:
    starts: dict[str, Callable[[], AbstractContextManager[Server]]] = {
        "node": lambda: node(_PACKAGES, bundle),
        "authwright-jwt": lambda: authwright("jwt", bundle),
        "authwright-database": lambda: authwright("database", bundle),
    }
    with starts[request.param]() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def app(server: Server, profile: BrowserContext) -> AsyncIterator[App]:
    """A tab with the page, not opened yet."""
    yield App(await profile.new_page(), server)


@pytest_asyncio.fixture(loop_scope="session")
async def alice(app: App) -> App:
    """A tab in which Alice is signed in."""
    await app.open()
    await app.sign_in()
    return app
