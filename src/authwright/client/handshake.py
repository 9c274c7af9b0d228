"""The session of a websocket's handshake: how a page knows who is signed in before it is drawn.

A browser sends a site's cookies with a websocket that any other site opened (RFC 6455 section 10.2), so they count
only where ``Origin``, which a page cannot choose, names the host that was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.store import UNSET

if TYPE_CHECKING:
    from authwright.auth import Auth
    from authwright.types import Session


async def handshake_session(auth: Auth, scope: Mapping[str, Any]) -> Session | None:
    """The session of the cookies in an ASGI websocket *scope*; ``UNSET`` where its Origin is not its Host.

    A store that begins with ``UNSET`` asks the tab for a receipt, which a foreign page cannot get.
    """
    if not is_same_origin(scope):
        return UNSET  # type: ignore[no-any-return]
    return await auth.get_server_session(scope)


def is_same_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the page that opened the websocket was loaded from the host that it connects to."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(origins) != 1 or len(hosts) != 1 or not hosts[0]:
        return False
    # Behind a proxy that ends TLS the scheme here is ws, whatever the browser's was; a page on http is never the
    # origin of a websocket on wss.
    schemes = [b"https"] if scope.get("scheme") in ("wss", "https") else [b"https", b"http"]
    return origins[0].lower() in [scheme + b"://" + hosts[0].lower() for scheme in schemes]
