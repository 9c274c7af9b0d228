"""TikTok, an OAuth 2.0 provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["TikTok"]


async def _tiktok_token(params: Mapping[str, str], redirect_uri: str, provider: OAuth, http: Http) -> dict[str, Any]:
    """Request the tokens. TikTok calls the client_id client_key."""
    form = {
        "client_key": provider.client_id,
        "client_secret": provider.client_secret or "",
        "grant_type": "authorization_code",
        "code": params["code"],
        "redirect_uri": redirect_uri,
    }
    return object_in(await http.post("https://open.tiktokapis.com/v2/oauth/token/", form))


_TIKTOK: OAuthService = OAuthService(
    id="tiktok",
    name="TikTok",
    authorization="https://www.tiktok.com/v2/auth/authorize",
    token=_tiktok_token,
    userinfo="https://open.tiktokapis.com/v2/user/info/?fields=open_id,avatar_url,display_name",
    scope="user.info.basic",
    # TikTok's PKCE is not standard: the challenge is hexadecimal, and web clients cannot use it.
    checks=("state",),
    client_auth="client_secret_post",
    profile=mapped(id="data.user.open_id", name="data.user.display_name", image="data.user.avatar_url"),
    style=Style("#000", "#fff"),
)


def TikTok(**options: Unpack[Options]) -> OAuth:
    """Return the provider for TikTok."""
    provider = _TIKTOK(**options)
    return replace(provider, authorization_params={**provider.authorization_params, "client_key": provider.client_id})
