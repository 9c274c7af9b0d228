"""Passage, an OpenID Connect server.

Documentation: https://docs.passage.id/hosted-login/oidc-client-configuration
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["Passage"]

Passage: OIDCServer = OIDCServer(
    id="passage",
    name="Passage",
    tail="",
    scope="openid email",
    checks=("pkce", "state"),
    client_auth="client_secret_basic",
    profile=mapped(id="sub", email="email"),
    style=Style("#fff", "#000"),
)
