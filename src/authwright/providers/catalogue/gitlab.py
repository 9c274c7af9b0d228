"""GitLab, an OAuth 2.0 provider.

Documentation: https://docs.gitlab.com/ee/api/oauth2.html
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["GitLab"]

GitLab: OAuthService = OAuthService(
    id="gitlab",
    name="GitLab",
    authorization="https://gitlab.com/oauth/authorize",
    token="https://gitlab.com/oauth/token",
    userinfo="https://gitlab.com/api/v4/user",
    scope="read_user",
    profile=mapped(id="id", name="name | username", email="email", image="avatar_url"),
    style=Style("#FC6D26", "#fff"),
)
