"""Medium, an OAuth 2.0 provider."""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Medium"]

Medium: OAuthService = OAuthService(
    id="medium",
    name="Medium",
    authorization="https://medium.com/m/oauth/authorize",
    token="https://api.medium.com/v1/tokens",
    userinfo="https://api.medium.com/v1/me",
    scope="basicProfile",
    profile=mapped(id="data.id", name="data.name", image="data.imageUrl"),
)
