"""Strava, an OAuth 2.0 provider.

Documentation: http://developers.strava.com/docs/reference/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Strava"]

Strava: OAuthService = OAuthService(
    id="strava",
    name="Strava",
    authorization="https://www.strava.com/api/v3/oauth/authorize?approval_prompt=auto",
    token="https://www.strava.com/api/v3/oauth/token",
    userinfo="https://www.strava.com/api/v3/athlete",
    scope="read",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="firstname lastname", image="profile"),
)
