"""The session of a WebSocket handshake, so that a page knows its user before it is rendered.

A browser also sends a site's cookies with a WebSocket that another site opens (RFC 6455 section 10.2). The cookies
therefore count only if ``Origin``, which a page cannot forge, names the same host as ``Host``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.core.store import UNSET

if TYPE_CHECKING:
    from authwright.client.bridge.auth_server import AuthServer
    from authwright.types import Session


async def handshake_session(auth: AuthServer[Any], scope: Mapping[str, Any]) -> Session | None:
    """Return the session for the cookies of an ASGI WebSocket *scope*.

    Returns:
        The session, None if the user is signed out, or ``UNSET`` if Origin and Host differ. A store that starts with
        ``UNSET`` asks the tab for a receipt, which a page of another site cannot get.
    """
    if not is_same_origin(scope):
        return UNSET  # type: ignore[no-any-return]
    return await auth.get_server_session(scope)


def is_same_origin(scope: Mapping[str, Any]) -> bool:
    """Return whether the page that opened the WebSocket was loaded from the same host."""
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(origins) != 1 or len(hosts) != 1 or not hosts[0]:
        return False
    # Behind a proxy that terminates TLS the scheme is always ws here. If it is wss, the page's scheme must be https.
    schemes = [b"https"] if scope.get("scheme") in ("wss", "https") else [b"https", b"http"]
    return origins[0].lower() in [scheme + b"://" + hosts[0].lower() for scheme in schemes]
