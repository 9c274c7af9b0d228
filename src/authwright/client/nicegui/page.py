"""One load of a NiceGUI page in a tab: its bridge, and its session store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nicegui import Client, ui
from nicegui.events import GenericEventArguments

from authwright.client.bridge.bridge import Bridge, Command, bridge_script
from authwright.client.bridge.hooks import call_hook
from authwright.client.core.api import Api
from authwright.client.core.context import SessionContext
from authwright.client.core.required import Required, judge
from authwright.client.core.store import SessionStore
from authwright.client.core.text import is_navigable

if TYPE_CHECKING:
    from authwright.client.bridge.auth_server import AuthServer
    from authwright.client.core.ports import Off
    from authwright.client.core.required import Guarded
    from authwright.types import Session

# Inline, so that the page needs no route. The bridge starts when the socket can carry its messages.
_SCRIPT = """<script type="module">
%s
window.authwright = { receive(commands) {
  this.bridge ??= createBridge((message) => emitEvent("authwright", message), { basePath: %s })
  this.bridge.receive(commands)
} }
</script>"""


class NiceGUIPage:
    """The bridge and the session store of one NiceGUI client, that is, of one load of a page in a tab."""

    def __init__(
        self, client: Client, auth: AuthServer[Any], session: Session | None, options: Mapping[str, Any]
    ) -> None:
        base_path = auth.base_path_of(client.request)
        self.client = client
        self.auth = auth
        self.bridge: Bridge = Bridge(self._flush, auth.read_receipt, base_path)
        self.api: Api = Api(self.bridge, self.bridge, base_path)
        self.store: SessionStore = SessionStore(self.api, session=session, **options)
        self._last: dict[str, Any] = {}
        client.layout.on("authwright", self._receive)
        client.on_connect(self._connected)
        client.on_delete(self._deleted)
        # The base path is safe in HTML: it is a URL path, which contains no quotes and no angle brackets.
        with client:
            ui.add_body_html(_SCRIPT % (bridge_script(), json.dumps(base_path)))

    def call(self, name: str, hook: Callable[[], object]) -> None:
        """Call the app's function *hook* in the page's slot, so that it can create elements.

        An exception is logged under a code that names the hook. NiceGUI does not get it, because it would log the text,
        which may contain a secret.
        """
        if not self.client.is_deleted:
            self.client.safe_invoke(lambda: call_hook(name, hook))

    def require(self, allowed: Guarded) -> Off:
        """From now on leave the page when the user signs out, or another user signs in who is not *allowed*.

        Returns a function that ends this.
        """
        required = Required(self.store)
        required.watch()
        off = self.store.subscribe(lambda snapshot: self._leave_if_unauthorized(allowed, snapshot))

        def end() -> None:
            required.stop()
            off()

        return end

    def _leave_if_unauthorized(self, allowed: Guarded, snapshot: SessionContext) -> None:
        if judge(allowed, snapshot) == "unauthorized":
            self.bridge.spawn(self._leave(unauthorized_url(allowed)))

    async def _leave(self, url: str | None) -> None:
        # Without a URL load the page again, by the address that the browser has: the guard then refuses it.
        self.api.go(url or await self.bridge.here())

    def _connected(self) -> None:
        # After every reconnect too: commands that were sent while the connection was lost did not reach the tab.
        self.bridge.deliver()
        self.store.start()

    def _deleted(self) -> None:
        self.store.stop()
        self.bridge.close()
        PAGES.pop(self.client.id, None)

    def _receive(self, event: GenericEventArguments) -> None:
        self.bridge.receive(event.args)

    def _flush(self, commands: list[Command]) -> None:
        # NiceGUI keeps sent messages, to send them again after a reconnect. Each message contains all open commands, so
        # empty the previous message: no password may stay in it.
        self._last["code"] = ""
        if self.client.is_deleted:
            return
        self._last = {"code": f"authwright.receive({json.dumps(commands)})"}
        self.client.outbox.enqueue_message("run_javascript", self._last, self.client.id)


PAGES: dict[str, NiceGUIPage] = {}


def unauthorized_url(allowed: Guarded) -> str | None:
    """Return the URL for users with another role, or None if there is none or a page cannot go there."""
    url = None if isinstance(allowed, bool) else allowed.get("unauthorized")
    return url if is_navigable(url) else None
