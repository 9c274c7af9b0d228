"""Pipedrive, an OAuth 2.0 provider.

Documentation: https://pipedrive.readme.io/docs/marketplace-oauth-authorization
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Pipedrive"]

Pipedrive: OAuthService = OAuthService(
    id="pipedrive",
    name="Pipedrive",
    authorization="https://oauth.pipedrive.com/oauth/authorize",
    token="https://oauth.pipedrive.com/oauth/token",
    userinfo="https://api.pipedrive.com/users/me",
    profile=mapped(id="data.id", name="data.name", email="data.email", image="data.icon_url"),
)
