"""Figma, an OAuth 2.0 provider.

Documentation: https://www.figma.com/developers/api#oauth2
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Figma"]

Figma: OAuthService = OAuthService(
    id="figma",
    name="Figma",
    authorization="https://www.figma.com/oauth",
    token="https://api.figma.com/v1/oauth/token",
    userinfo="https://api.figma.com/v1/me",
    scope="current_user:read",
    checks=("state",),
    profile=mapped(id="id", name="handle", email="email", image="img_url"),
    style=Style("#ff7237", "#fff"),
)
