"""WordPress.com, an OAuth 2.0 provider.

Documentation: https://developer.wordpress.com/docs/oauth2/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["WordPress"]

WordPress: OAuthService = OAuthService(
    id="wordpress",
    name="WordPress.com",
    authorization="https://public-api.wordpress.com/oauth2/authorize",
    token="https://public-api.wordpress.com/oauth2/token",
    userinfo="https://public-api.wordpress.com/rest/v1/me",
    scope="auth",
    client_auth="client_secret_post",
    profile=mapped(id="ID", name="display_name", email="email", image="avatar_URL"),
)
