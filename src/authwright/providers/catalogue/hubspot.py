"""HubSpot, an OAuth 2.0 provider.

Documentation: https://developers.hubspot.com/docs/api/oauth-quickstart-guide
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, object_in
from authwright.providers.profiles import mapped

__all__ = ["HubSpot"]


async def _hubspot_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Return the user's claims. HubSpot requires the token in the path."""
    token = quote(tokens["access_token"], safe="")
    return object_in(await http.get(f"https://api.hubapi.com/oauth/v1/access-tokens/{token}"))


HubSpot: OAuthService = OAuthService(
    id="hubspot",
    name="HubSpot",
    authorization="https://app.hubspot.com/oauth/authorize",
    token="https://api.hubapi.com/oauth/v1/token",
    userinfo=_hubspot_userinfo,
    scope="oauth",
    client_auth="client_secret_post",
    profile=mapped(id="user_id", name="user", email="user"),
    style=Style("#ff7a59", "#fff"),
)
