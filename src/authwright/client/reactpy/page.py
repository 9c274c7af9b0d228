"""The bridge of a ReactPy page, and the element that connects it with the tab.

Rule 1: the script is delivered as a ReactPy module, by ReactPy's own routes.
Rule 2: a message from the tab must be text for the bridge of this connection; any other message is dropped.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reactpy import Vdom, component, use_state
from reactpy.config import REACTPY_WEB_MODULES_DIR
from reactpy.reactjs import NAME_SOURCE
from reactpy.reactjs.module import string_to_module
from reactpy.types import ImportSourceDict, VdomDict

from authwright.client.bridge.bridge import Bridge, Command, bridge_script
from authwright.client.reactpy.actions import Actions

if TYPE_CHECKING:
    from authwright.client.bridge.auth_server import AuthServer

_SIZE_LIMIT = 1_000_000


class ReactPyPage:
    """The bridge of one WebSocket connection, and the client API over it.

    Args:
        auth: The auth server, in this process.
        base_path: The path of the REST API.
    """

    def __init__(self, auth: AuthServer[Any], base_path: str) -> None:
        self.base_path = base_path
        self.bridge: Bridge = Bridge(self._flush, auth.read_receipt, base_path)
        self.api: Actions = Actions(self.bridge, self.bridge, base_path)
        # A tab that has reconnected may still send messages that were meant for the previous bridge.
        self.id: str = secrets.token_hex(8)
        self.commands: list[Command] = []
        self.redraw: Callable[[], object] | None = None

    def __repr__(self) -> str:
        return f"<ReactPyPage {self.bridge!r}>"

    def _flush(self, commands: list[Command]) -> None:
        # Change the list in place, because every render that ReactPy has not sent yet refers to it. Then the tab gets
        # the latest commands even if renders are sent out of order, and no stored model keeps a password.
        self.commands[:] = commands
        if self.redraw:
            self.redraw()

    def receive(self, *sent: object) -> None:
        """Handle a message from the tab. Invalid messages are dropped."""
        if len(sent) != 2 or sent[0] != self.id or not isinstance(sent[1], str) or len(sent[1]) > _SIZE_LIMIT:
            return
        try:
            message = json.loads(sent[1])
        except (ValueError, RecursionError):
            return
        self.bridge.receive(message)

    def close(self) -> None:
        """End background tasks. Call this when the page or its provider is gone."""
        self.redraw = None
        self.bridge.close()


@component
def Tab(page: ReactPyPage) -> VdomDict:  # noqa: N802
    """Render the element that delivers the commands of *page* to the tab. New commands render only this element."""
    _, set_renders = use_state(0)
    page.redraw = lambda: set_renders(lambda count: count + 1)
    attributes = {"id": page.id, "basePath": page.base_path, "commands": page.commands, "onMessage": page.receive}
    return _ELEMENT(attributes)


def _write_script(_directory: Path) -> None:
    string_to_module(_NAME, _SCRIPT, resolve_imports=False)


_SCRIPT = bridge_script() + files("authwright.client.reactpy").joinpath("page.js").read_text("utf-8")
# Browsers cache modules, so the name changes with the content.
_NAME = f"authwright-{hashlib.sha256(_SCRIPT.encode()).hexdigest()[:10]}"
_ELEMENT = Vdom(
    "Bridge",
    allow_children=False,
    import_source=ImportSourceDict(
        source=f"{_NAME}.js", sourceType=NAME_SOURCE, fallback=None, unmountBeforeUpdate=False
    ),
)
# Write the module now, and again if the app changes the directory. The process that serves the module may not be the
# process that rendered the page.
REACTPY_WEB_MODULES_DIR.subscribe(_write_script)
