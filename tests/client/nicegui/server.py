"""Run a NiceGUI server in its own process, because NiceGUI's state is global."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from contract.browser.chromium import HOST


@contextmanager
def serve_nicegui(directory: Path, *options: str) -> Iterator[str]:
    """Run page.py in *directory* and yield the origin. Fail if the log contains a traceback from our client."""
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    log = directory / "log"
    script = str(Path(__file__).with_name("page.py"))
    # NiceGUI behaves differently if it detects pytest.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, script, str(port), *options]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=out, stderr=out)
    try:
        _wait_for(f"http://{HOST}:{port}/inside", process)
        yield f"http://{HOST}:{port}"
    finally:
        process.terminate()
        process.wait(10)
    # A failed task or event handler of our client writes a traceback to the log.
    assert "authwright/client" not in log.read_text()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urlopen(url).close()  # noqa: S310
        except URLError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("The NiceGUI app did not start.")
