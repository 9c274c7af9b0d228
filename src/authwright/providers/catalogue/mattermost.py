"""Mattermost, an OAuth 2.0 server."""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthServer
from authwright.providers.profiles import mapped

__all__ = ["Mattermost"]

Mattermost: OAuthServer = OAuthServer(
    id="mattermost",
    name="Mattermost",
    authorization="{issuer}/oauth/authorize",
    token="{issuer}/oauth/access_token",
    userinfo="{issuer}/api/v4/users/me",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="username | first_name last_name", email="email"),
    style=Style("#000", "#fff"),
)
