"""What one page of ReactPy has beside its components: a bridge, and the element through which the tab works for it.

Rule 1: the script travels as a module of ReactPy's own, below its own routes.
Rule 2: what the tab sends is text for the bridge of this very connection, or it is dropped.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from reactpy import Vdom, component, use_state
from reactpy.config import REACTPY_WEB_MODULES_DIR
from reactpy.reactjs import NAME_SOURCE
from reactpy.reactjs.module import string_to_module
from reactpy.types import ImportSourceDict, VdomDict

from authwright.client.api import Api
from authwright.client.bridge import Bridge, Command, bridge_script

if TYPE_CHECKING:
    from authwright.auth import Auth

_SIZE_LIMIT = 1_000_000


class Page:
    """The bridge of one websocket, and the REST API over it.

    Args:
        auth: The auth server, in this process.
        base_path: The path of the REST API.
    """

    def __init__(self, auth: Auth, base_path: str) -> None:
        self.base_path = base_path
        self.bridge = Bridge(self._flush, auth.read_receipt, base_path)
        self.api = Api(self.bridge, self.bridge, base_path)
        # A tab that reconnects may still send what it had to say to the bridge before.
        self.id = secrets.token_hex(8)
        self.commands: list[Command] = []
        self.redraw: Callable[[], object] | None = None

    def __repr__(self) -> str:
        return f"<Page {self.bridge!r}>"

    def _flush(self, commands: list[Command]) -> None:
        # In place: every render that ReactPy has not sent yet holds this list. It may send them out of order, and the
        # tab still gets the newest; and no model that ReactPy keeps holds a password that was answered.
        self.commands[:] = commands
        if self.redraw:
            self.redraw()

    def receive(self, *sent: object) -> None:
        """Take what the tab sent; what makes no sense is dropped."""
        if len(sent) != 2 or sent[0] != self.id or not isinstance(sent[1], str) or len(sent[1]) > _SIZE_LIMIT:
            return
        try:
            message = json.loads(sent[1])
        except (ValueError, RecursionError):
            return
        self.bridge.receive(message)

    def close(self) -> None:
        """The page is gone, or the provider is: end what runs."""
        self.redraw = None
        self.bridge.close()


@component
def Tab(page: Page) -> VdomDict:  # noqa: N802
    """The element that brings *page*'s commands to the tab. It alone is drawn anew when they change."""
    _, set_drawn = use_state(0)
    page.redraw = lambda: set_drawn(lambda drawn: drawn + 1)
    attributes = {"id": page.id, "basePath": page.base_path, "commands": page.commands, "onMessage": page.receive}
    return _ELEMENT(attributes)


def _write_script(_directory: Path) -> None:
    string_to_module(_NAME, _SCRIPT, resolve_imports=False)


_SCRIPT = bridge_script() + files("authwright.client").joinpath("reactpy.js").read_text("utf-8")
# A name of its own for each text: browsers keep modules.
_NAME = f"authwright-{hashlib.sha256(_SCRIPT.encode()).hexdigest()[:10]}"
_ELEMENT = Vdom(
    "Bridge",
    allow_children=False,
    import_source=ImportSourceDict(
        source=f"{_NAME}.js", sourceType=NAME_SOURCE, fallback=None, unmountBeforeUpdate=False
    ),
)
# Now, and again where an app moves the directory: the process that answers for the module need not be the one that
# drew the page.
REACTPY_WEB_MODULES_DIR.subscribe(_write_script)
