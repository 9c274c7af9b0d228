"""Concept2, an OAuth 2.0 provider.

Documentation: https://log.concept2.com/developers/documentation/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Concept2"]

Concept2: OAuthService = OAuthService(
    id="concept2",
    name="Concept2",
    authorization="https://log.concept2.com/oauth/authorize",
    token="https://log.concept2.com/oauth/access_token",
    userinfo="https://log.concept2.com/api/users/me",
    # v5 also requests write access to results.
    scope="user:read",
    profile=mapped(id="data.id", name="data.username", email="data.email", image="data.profile_image"),
)
