"""Naver, an OAuth 2.0 provider.

Documentation: https://developers.naver.com/docs/login/overview/overview.md
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Naver"]

Naver: OAuthService = OAuthService(
    id="naver",
    name="Naver",
    authorization="https://nid.naver.com/oauth2.0/authorize",
    token="https://nid.naver.com/oauth2.0/token",
    userinfo="https://openapi.naver.com/v1/nid/me",
    checks=("state",),
    profile=mapped(
        id="response.id",
        name="response.nickname | response.name",
        email="response.email",
        image="response.profile_image",
    ),
)
