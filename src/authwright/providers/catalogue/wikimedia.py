"""Wikimedia, an OAuth 2.0 provider.

Documentation: https://www.mediawiki.org/wiki/Extension:OAuth
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Wikimedia"]

Wikimedia: OAuthService = OAuthService(
    id="wikimedia",
    name="Wikimedia",
    authorization="https://meta.wikimedia.org/w/rest.php/oauth2/authorize",
    token="https://meta.wikimedia.org/w/rest.php/oauth2/access_token",
    userinfo="https://meta.wikimedia.org/w/rest.php/oauth2/resource/profile",
    profile=mapped(id="sub", name="username", email="email"),
    style=Style("#000", "#fff"),
)
