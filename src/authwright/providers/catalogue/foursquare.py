"""Foursquare, an OAuth 2.0 provider.

Documentation: https://docs.foursquare.com/developer/reference/authentication
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["Foursquare"]


def Foursquare(*, api_version: str = "20230131", **options: Unpack[Options]) -> OAuth:
    """Return the provider for Foursquare.

    Args:
        api_version: The version of the API, a date as ``YYYYMMDD``.
        **options: See ``entry.Options``.
    """

    async def userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
        query = urlencode({"v": api_version, "oauth_token": tokens["access_token"]})
        return object_in(await http.get(f"https://api.foursquare.com/v2/users/self?{query}"))

    entry = OAuthService(
        id="foursquare",
        name="Foursquare",
        authorization="https://foursquare.com/oauth2/authenticate",
        token="https://foursquare.com/oauth2/access_token",
        userinfo=userinfo,
        profile=_foursquare_profile,
        style=Style("#000", "#fff"),
    )
    return entry(**options)


def _foursquare_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    at = "response.user"
    user = mapped(id=f"{at}.id", name=f"{at}.firstName {at}.lastName", email=f"{at}.contact.email")(claims)
    photo = mapped(id=f"{at}.id", name=f"{at}.photo.prefix", image=f"{at}.photo.suffix")(claims)
    whole = photo["name"] and photo["image"]
    return user | {"image": f"{photo['name']}original{photo['image']}" if whole else None}
