"""Services for games and sports that use OAuth 2.0."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authwright.errors import OAuthCallbackError
from authwright.providers.base import Style
from authwright.providers.calls import Http, bearer, object_in
from authwright.providers.entry import OAuthService, needed
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options

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


Concept2 = OAuthService(
    id="concept2",
    name="Concept2",
    authorization="https://log.concept2.com/oauth/authorize",
    token="https://log.concept2.com/oauth/access_token",
    userinfo="https://log.concept2.com/api/users/me",
    # v5 also requests write access to results.
    scope="user:read",
    profile=mapped(id="data.id", name="data.username", email="data.email", image="data.profile_image"),
)


async def _eve_userinfo(tokens: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims of the access token, a JWT. EVE's endpoint for the claims was retired in 2021.

    The signature is not verified. The token comes from the token endpoint over TLS, which is sufficient for an ID token
    (OIDC Core section 3.1.3.7 rule 6).
    """
    try:
        payload = tokens["access_token"].split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError, RecursionError):
        raise OAuthCallbackError("EVE Online's access token is not a JWT.") from None
    return claims if isinstance(claims, dict) else {}


def _eve_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    kind, _, character = str(claims.get("sub")).rpartition(":")
    if kind != "CHARACTER:EVE" or not character.isdecimal():
        raise OAuthCallbackError("EVE Online's access token contains no character id.")
    image = f"https://images.evetech.net/characters/{character}/portrait?size=128"
    return mapped(id="sub", name="name")(claims) | {"id": character, "image": image}


EVEOnline = OAuthService(
    id="eveonline",
    name="EVE Online",
    authorization="https://login.eveonline.com/v2/oauth/authorize",
    token="https://login.eveonline.com/v2/oauth/token",
    userinfo=_eve_userinfo,
    scope="publicData",
    checks=("state",),
    profile=_eve_profile,
)

FACEIT = OAuthService(
    id="faceit",
    name="FACEIT",
    authorization="https://accounts.faceit.com/accounts?redirect_popup=true",
    token="https://api.faceit.com/auth/v1/oauth/token",
    userinfo="https://api.faceit.com/auth/v1/resources/userinfo",
    profile=mapped(id="guid", name="name", email="email", image="picture"),
)

Osu = OAuthService(
    id="osu",
    name="Osu!",
    authorization="https://osu.ppy.sh/oauth/authorize",
    token="https://osu.ppy.sh/oauth/token",
    userinfo="https://osu.ppy.sh/api/v2/me",
    scope="identify",
    profile=mapped(id="id", name="username", image="avatar_url"),
)

Strava = OAuthService(
    id="strava",
    name="Strava",
    authorization="https://www.strava.com/api/v3/oauth/authorize?approval_prompt=auto",
    token="https://www.strava.com/api/v3/oauth/token",
    userinfo="https://www.strava.com/api/v3/athlete",
    scope="read",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="firstname lastname", image="profile"),
)


async def _trakt_userinfo(tokens: Mapping[str, Any], provider: OAuth, http: Http) -> dict[str, Any]:
    headers = {**bearer(tokens), "trakt-api-version": "2", "trakt-api-key": provider.client_id}
    return object_in(await http.get("https://api.trakt.tv/users/me?extended=full", headers))


Trakt = OAuthService(
    id="trakt",
    name="Trakt",
    authorization="https://trakt.tv/oauth/authorize",
    token="https://api.trakt.tv/oauth/token",
    userinfo=_trakt_userinfo,
    profile=mapped(id="ids.slug", name="name", image="images.avatar.full"),
    style=Style("#ED2224", "#fff"),
)
