"""Reddit, an OAuth 2.0 provider.

Documentation: https://www.reddit.com/dev/api/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Reddit"]

Reddit: OAuthService = OAuthService(
    id="reddit",
    name="Reddit",
    authorization="https://www.reddit.com/api/v1/authorize",
    token="https://www.reddit.com/api/v1/access_token",
    userinfo="https://oauth.reddit.com/api/v1/me",
    scope="identity",
    checks=("state",),
    profile=mapped(id="id", name="name"),
)
