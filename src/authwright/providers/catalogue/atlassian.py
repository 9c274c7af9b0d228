"""Atlassian, an OAuth 2.0 provider.

Documentation: https://developer.atlassian.com/cloud/jira/software/oauth-2-3lo-apps/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Atlassian"]

Atlassian: OAuthService = OAuthService(
    id="atlassian",
    name="Atlassian",
    authorization="https://auth.atlassian.com/authorize?audience=api.atlassian.com&prompt=consent",
    token="https://auth.atlassian.com/oauth/token",
    userinfo="https://api.atlassian.com/me",
    scope="read:me",
    checks=("state",),
    profile=mapped(id="account_id", name="name", email="email", image="picture"),
    style=Style("#fff", "#0052cc"),
)
