"""GitHub, an OAuth 2.0 provider (https://docs.github.com/apps/oauth-apps)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, bearer, object_in, optional_list

__all__ = ["GitHub"]

_LOGIN = "https://github.com/login/oauth"


_API = "https://api.github.com/user"


_REMEDY = (
    "The user signs in without an e-mail address. Give a GitHub App the permission 'Email addresses' (read-only), or "
    "an OAuth app the scope user:email."
)


async def _userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Return the user's claims. A private address is fetched separately, and is None if the app may not read it."""
    claims = object_in(await http.get(_API, bearer(tokens)))
    if not claims.get("email"):
        emails = await optional_list(http.get(f"{_API}/emails", bearer(tokens)), _REMEDY)
        primary = next((one for one in emails if isinstance(one, dict) and one.get("primary")), {})
        claims["email"] = primary.get("email") if primary.get("verified") else None
    return claims


def _profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": claims.get("id"),
        "name": claims.get("name") or claims.get("login"),
        "email": claims.get("email"),
        "image": claims.get("avatar_url"),
    }


GitHub: OAuthService = OAuthService(
    id="github",
    name="GitHub",
    authorization=f"{_LOGIN}/authorize",
    token=f"{_LOGIN}/access_token",
    userinfo=_userinfo,
    scope="read:user user:email",
    profile=_profile,
    style=Style("#24292f", "#fff"),
)
