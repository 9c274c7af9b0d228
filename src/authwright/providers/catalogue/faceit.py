"""FACEIT, an OAuth 2.0 provider.

Documentation: https://cdn.faceit.com/third_party/docs/FACEIT_Connect_3.0.pdf
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["FACEIT"]

FACEIT: OAuthService = OAuthService(
    id="faceit",
    name="FACEIT",
    authorization="https://accounts.faceit.com/accounts?redirect_popup=true",
    token="https://api.faceit.com/auth/v1/oauth/token",
    userinfo="https://api.faceit.com/auth/v1/resources/userinfo",
    profile=mapped(id="guid", name="name", email="email", image="picture"),
)
