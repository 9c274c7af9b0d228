"""ZITADEL, an OpenID Connect server.

Documentation: https://zitadel.com/docs/apis/openidoauth/endpoints
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OIDCServer

if TYPE_CHECKING:
    pass


__all__ = ["Zitadel"]

Zitadel = OIDCServer(
    id="zitadel",
    name="ZITADEL",
    tail="",
)
