"""Keycloak, an OpenID Connect server.

Documentation: https://www.keycloak.org/docs/latest/server_admin/#_oidc_clients
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

if TYPE_CHECKING:
    pass


__all__ = ["Keycloak"]

Keycloak = OIDCServer(id="keycloak", name="Keycloak", tail="", style=Style("#fff", "#000"))
