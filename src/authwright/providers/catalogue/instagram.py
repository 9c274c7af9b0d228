"""Instagram, an OAuth 2.0 provider.

Register an app: https://developers.facebook.com/apps/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Instagram"]

Instagram: OAuthService = OAuthService(
    id="instagram",
    name="Instagram",
    authorization="https://www.instagram.com/oauth/authorize",
    token="https://api.instagram.com/oauth/access_token",
    userinfo="https://graph.instagram.com/me?fields=id,username,account_type,name",
    scope="instagram_business_basic",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="username"),
    style=Style("#fff", "#000"),
)
