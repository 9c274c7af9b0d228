"""Pinterest, an OAuth 2.0 provider.

Documentation: https://developers.pinterest.com/docs/getting-started/authentication/
Register an app: https://developers.pinterest.com/apps/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Pinterest"]

Pinterest: OAuthService = OAuthService(
    id="pinterest",
    name="Pinterest",
    authorization="https://www.pinterest.com/oauth",
    token="https://api.pinterest.com/v5/oauth/token",
    userinfo="https://api.pinterest.com/v5/user_account",
    scope="user_accounts:read",
    checks=("state",),
    profile=mapped(id="username", name="username", image="profile_image"),
)
