"""Roblox, an OpenID Connect provider.

Documentation: https://create.roblox.com/docs/cloud/open-cloud/oauth2-overview
Register an app: https://create.roblox.com/dashboard/credentials?activeTab=OAuthTab
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService

__all__ = ["Roblox"]

Roblox: OIDCService = OIDCService(
    id="roblox",
    name="Roblox",
    issuer="https://apis.roblox.com/oauth/",
    scope="openid profile",
    id_token_algorithms=("ES256",),
    style=Style("#5865F2", "#fff"),
)
