"""Bungie, an OAuth 2.0 provider.

Documentation: https://github.com/Bungie-net/api/wiki/OAuth-Documentation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authwright.errors import OAuthCallbackError
from authwright.providers.entry import OAuthService, needed
from authwright.providers.http import Http, bearer, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["Bungie"]

_BUNGIE = "https://www.bungie.net"


def _bungie_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    found = "Response.bungieNetUser"
    user = mapped(id=f"{found}.membershipId", name=f"{found}.displayName", image=f"{found}.profilePicturePath")(claims)
    path = user["image"]
    return user | {"image": path and f"{_BUNGIE}/{path.removeprefix('/')}"}


def Bungie(*, api_key: str, **options: Unpack[Options]) -> OAuth:
    """Return the provider for Bungie.

    Args:
        api_key: The app's API key, which Bungie requires in each request.
        **options: See ``entry.Options``.
    """
    needed("bungie", "api_key", api_key)

    async def userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
        member = str(tokens.get("membership_id", ""))
        if not member.isdecimal():
            raise OAuthCallbackError("Bungie's token response has no valid membership_id.")
        url = f"{_BUNGIE}/platform/User/GetBungieAccount/{member}/254/"
        return object_in(await http.get(url, {**bearer(tokens), "X-API-Key": api_key}))

    entry = OAuthService(
        id="bungie",
        name="Bungie",
        authorization=f"{_BUNGIE}/en/OAuth/Authorize?reauth=true",
        token=f"{_BUNGIE}/platform/app/oauth/token/",
        userinfo=userinfo,
        profile=_bungie_profile,
    )
    return entry(**options)
