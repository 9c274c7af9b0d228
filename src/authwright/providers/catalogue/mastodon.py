"""Mastodon, an OAuth 2.0 server.

Documentation: https://docs.joinmastodon.org/client/token/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthServer
from authwright.providers.profiles import mapped

__all__ = ["Mastodon"]

Mastodon: OAuthServer = OAuthServer(
    id="mastodon",
    name="Mastodon",
    authorization="{issuer}/oauth/authorize",
    token="{issuer}/oauth/token",
    userinfo="{issuer}/api/v1/accounts/verify_credentials",
    scope="read",
    profile=mapped(id="id", name="username", image="avatar_static"),
)
