"""Zoom, an OAuth 2.0 provider.

Documentation: https://developers.zoom.us/docs/integrations/oauth/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Zoom"]

Zoom: OAuthService = OAuthService(
    id="zoom",
    name="Zoom",
    authorization="https://zoom.us/oauth/authorize",
    token="https://zoom.us/oauth/token",
    userinfo="https://api.zoom.us/v2/users/me",
    profile=mapped(id="id", name="first_name last_name", email="email", image="pic_url", email_verified="verified"),
)
