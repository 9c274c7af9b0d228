"""ClickUp, an OAuth 2.0 provider.

Documentation: https://clickup.com/api/developer-portal/authentication#oauth-flow
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["ClickUp"]

ClickUp: OAuthService = OAuthService(
    id="click-up",
    name="ClickUp",
    authorization="https://app.clickup.com/api",
    token="https://api.clickup.com/api/v2/oauth/token",
    userinfo="https://api.clickup.com/api/v2/user",
    checks=("state",),
    client_auth="client_secret_post",
    profile=mapped(id="user.id", name="user.username", email="user.email", image="user.profilePicture"),
    style=Style("#24292f", "#fff"),
)
