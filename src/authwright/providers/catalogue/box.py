"""Box, an OAuth 2.0 provider.

Documentation: https://developer.box.com/reference/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Box"]

Box: OAuthService = OAuthService(
    id="box",
    name="Box",
    authorization="https://account.box.com/api/oauth2/authorize",
    token="https://api.box.com/oauth2/token",
    userinfo="https://api.box.com/2.0/users/me",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="name", email="login", image="avatar_url"),
    style=Style("#0075C9", "#fff"),
)
