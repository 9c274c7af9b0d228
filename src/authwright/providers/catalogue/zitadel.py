"""ZITADEL, an OpenID Connect server.

Documentation: https://zitadel.com/docs/apis/openidoauth/endpoints
"""

from __future__ import annotations

from authwright.providers.entry import OIDCServer

__all__ = ["Zitadel"]

Zitadel: OIDCServer = OIDCServer(
    id="zitadel",
    name="ZITADEL",
    tail="",
)
