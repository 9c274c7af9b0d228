"""Osu!, an OAuth 2.0 provider.

Documentation: https://osu.ppy.sh/docs/index.html#authentication
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Osu"]

Osu: OAuthService = OAuthService(
    id="osu",
    name="Osu!",
    authorization="https://osu.ppy.sh/oauth/authorize",
    token="https://osu.ppy.sh/oauth/token",
    userinfo="https://osu.ppy.sh/api/v2/me",
    scope="identify",
    profile=mapped(id="id", name="username", image="avatar_url"),
)
