"""Keycloak, an OpenID Connect server.

Documentation: https://www.keycloak.org/docs/latest/server_admin/#_oidc_clients
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

__all__ = ["Keycloak"]

Keycloak: OIDCServer = OIDCServer(id="keycloak", name="Keycloak", tail="", style=Style("#fff", "#000"))
