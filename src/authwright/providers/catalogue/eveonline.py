"""EVE Online, an OAuth 2.0 provider.

Documentation: https://developers.eveonline.com/blog/article/sso-to-authenticated-calls
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped
from authwright.server.strict_json import load_repaired

__all__ = ["EVEOnline"]


async def _eve_userinfo(tokens: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims of the access token, a JWT. EVE's endpoint for the claims was retired in 2021.

    The signature is not verified. The token comes from the token endpoint over TLS, which is sufficient for an ID token
    (OIDC Core section 3.1.3.7 rule 6).
    """
    try:
        payload = tokens["access_token"].split(".")[1]
        claims = load_repaired(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError, RecursionError):
        raise OAuthCallbackError("EVE Online's access token is not a JWT.") from None
    return claims if isinstance(claims, dict) else {}


def _eve_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    kind, _, character = str(claims.get("sub")).rpartition(":")
    if kind != "CHARACTER:EVE" or not character.isdecimal():
        raise OAuthCallbackError("EVE Online's access token contains no character id.")
    image = f"https://images.evetech.net/characters/{character}/portrait?size=128"
    return mapped(id="sub", name="name")(claims) | {"id": character, "image": image}


EVEOnline: OAuthService = OAuthService(
    id="eveonline",
    name="EVE Online",
    authorization="https://login.eveonline.com/v2/oauth/authorize",
    token="https://login.eveonline.com/v2/oauth/token",
    userinfo=_eve_userinfo,
    scope="publicData",
    checks=("state",),
    profile=_eve_profile,
)
