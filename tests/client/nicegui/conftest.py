"""A NiceGUI server of its own, and a tab in it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext

from client.nicegui.tab import Tab
from contract.browser import chromium as browser_fixtures
from contract.browser.chromium import HOST


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.is_registered(browser_fixtures):
        config.pluginmanager.register(browser_fixtures)


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app of page.py answers."""
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    directory = tmp_path_factory.mktemp("nicegui")
    log = directory / "log"
    script = str(Path(__file__).with_name("page.py"))
    # NiceGUI is another one where it finds itself under pytest.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, script, str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=out, stderr=out)
    try:
        _wait_for(f"http://{HOST}:{port}/inside", process)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(10)
    # A task that failed, or an event that our code could not take, leaves a traceback there.
    assert "authwright/client" not in log.read_text()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(profile: BrowserContext, origin: str) -> Tab:
    tab = Tab(await profile.new_page(), origin)
    await tab.open()
    return tab


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urlopen(url).close()  # noqa: S310
        except URLError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("The NiceGUI app did not start.")
