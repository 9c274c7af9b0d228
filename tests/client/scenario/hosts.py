"""The user interfaces on which the scenario runs: how each is served, and when its page is ready for a click."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from client.browser.site import PACKAGES
from client.browser.site import site as browser_site
from client.nicegui.server import serve_nicegui
from client.reactpy.site import site as reactpy_site
from contract.browser.servers import serve


@dataclass(frozen=True)
class Host:
    """A user interface.

    Args:
        serve: Serves the app and yields its origin.
        ready: JavaScript that is true when the page is ready for a click.
        draws: True if the server renders the page with the session of the request, so that nothing is loading at first.
        password: The password of Alice.
        command: JavaScript that executes a list of bridge commands, as an attacker who controls the server end would.
            Empty if the user interface has no bridge.
    """

    serve: Callable[[Path], AbstractContextManager[str]]
    ready: str
    draws: bool
    password: str = "wonderland"
    command: str = ""


def _browser(interpreter: str) -> Host:
    def start(_: Path) -> AbstractContextManager[str]:
        if not (PACKAGES / "@pyscript" / "core").is_dir():
            pytest.skip("The npm packages are missing: npm install in tests/contract/node")
        return serve(lambda origin: browser_site(origin, interpreter))

    return Host(start, "document.querySelector('#message')?.textContent", draws=False)


HOSTS = {
    "reactpy": Host(
        lambda _: serve(reactpy_site),
        "document.querySelector('#status')?.textContent",
        draws=True,
        command="""async (commands) => {
          const script = () => performance.getEntriesByType("resource").find((one) => one.name.includes("/authwright-"))
          while (!script()) await new Promise(requestAnimationFrame)
          const { bind } = await import(script().name)
          bind().render({ id: "1", basePath: "/api/auth", commands, onMessage() {} })
        }""",
    ),
    "nicegui": Host(
        serve_nicegui,
        "window.did_handshake && window.authwright?.bridge && window.socket.connected",
        draws=True,
        password="correct horse",
        command="(commands) => window.authwright.receive(commands)",
    ),
    "micropython": _browser("micropython"),
    "pyodide": _browser("pyodide"),
}
