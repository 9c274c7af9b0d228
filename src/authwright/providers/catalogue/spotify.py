"""Spotify, an OAuth 2.0 provider.

Documentation: https://developer.spotify.com/documentation/general/guides/authorization-guide
Register an app: https://developer.spotify.com/dashboard/applications
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Spotify"]

Spotify: OAuthService = OAuthService(
    id="spotify",
    name="Spotify",
    authorization="https://accounts.spotify.com/authorize",
    token="https://accounts.spotify.com/api/token",
    userinfo="https://api.spotify.com/v1/me",
    scope="user-read-email",
    profile=mapped(id="id", name="display_name", email="email", image="images.0.url"),
    style=Style("#000", "#fff"),
)
