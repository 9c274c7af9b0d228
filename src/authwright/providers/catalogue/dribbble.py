"""Dribbble, an OAuth 2.0 provider.

Documentation: https://developer.dribbble.com
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Dribbble"]

Dribbble: OAuthService = OAuthService(
    id="dribbble",
    name="Dribbble",
    authorization="https://dribbble.com/oauth/authorize",
    token="https://dribbble.com/oauth/token",
    userinfo="https://api.dribbble.com/v2/user",
    profile=mapped(id="id", name="name", email="email", image="avatar_url"),
    style=Style("#000", "#fff"),
)
