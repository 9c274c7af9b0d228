"""Osso, an OAuth 2.0 server.

Documentation: https://ossoapp.com/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthServer
from authwright.providers.profiles import mapped

__all__ = ["Osso"]

Osso: OAuthServer = OAuthServer(
    id="osso",
    name="Osso",
    authorization="{issuer}/oauth/authorize",
    token="{issuer}/oauth/token",
    userinfo="{issuer}/oauth/me",
    profile=mapped(id="id", name="name", email="email"),
)
