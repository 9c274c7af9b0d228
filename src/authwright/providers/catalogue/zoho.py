"""Zoho, an OAuth 2.0 server.

Documentation: https://www.zoho.com/accounts/protocol/oauth/web-server-applications.html
Register an app: https://api-console.zoho.com
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Zoho"]

Zoho: OAuthService = OAuthService(
    id="zoho",
    name="Zoho",
    authorization="https://accounts.zoho.com/oauth/v2/auth",
    token="https://accounts.zoho.com/oauth/v2/token",
    userinfo="https://accounts.zoho.com/oauth/user/info",
    scope="AaaServer.profile.Read",
    profile=mapped(id="ZUID", name="First_Name Last_Name", email="Email"),
)
