"""Bitbucket, an OAuth 2.0 provider.

Documentation: https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Bitbucket"]

Bitbucket: OAuthService = OAuthService(
    id="bitbucket",
    name="Bitbucket",
    authorization="https://bitbucket.org/site/oauth2/authorize",
    token="https://bitbucket.org/site/oauth2/access_token",
    userinfo="https://api.bitbucket.org/2.0/user",
    scope="account",
    profile=mapped(id="account_id", name="display_name | username", image="links.avatar.href"),
    style=Style("#205081", "#fff"),
)
