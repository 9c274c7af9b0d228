"""Netlify, an OAuth 2.0 provider.

Documentation: https://www.netlify.com/blog/2016/10/10/integrating-with-netlify-oauth2/
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Netlify"]

Netlify: OAuthService = OAuthService(
    id="netlify",
    name="Netlify",
    authorization="https://app.netlify.com/authorize",
    token="https://api.netlify.com/oauth/token",
    userinfo="https://api.netlify.com/api/v1/user",
    profile=mapped(id="id", name="full_name", email="email", image="avatar_url"),
)
