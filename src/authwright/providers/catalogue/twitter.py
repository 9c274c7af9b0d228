"""Twitter, an OAuth 2.0 provider.

Documentation: https://developer.x.com/en/apps
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Twitter"]

Twitter: OAuthService = OAuthService(
    id="twitter",
    name="Twitter",
    authorization="https://x.com/i/oauth2/authorize",
    token="https://api.x.com/2/oauth2/token",
    userinfo="https://api.x.com/2/users/me?user.fields=profile_image_url",
    scope="users.read tweet.read offline.access",
    profile=mapped(id="data.id", name="data.name", image="data.profile_image_url"),
    style=Style("#1da1f2", "#fff"),
)
