"""VK, an OAuth 2.0 provider.

Documentation: https://vk.com/dev/first_guide
Register an app: https://vk.com/apps?act=manage
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

__all__ = ["VK"]

_VK = "https://id.vk.ru"


async def _vk_token(
    params: Mapping[str, str], redirect_uri: str, code_verifier: str | None, provider: OAuth, http: Http
) -> dict[str, Any]:
    """Request the tokens. VK ID requires the device_id that it sent to the callback."""
    form = {
        "grant_type": "authorization_code",
        "code": params["code"],
        "code_verifier": code_verifier or "",
        "device_id": params.get("device_id", ""),
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "state": params.get("state", ""),
    }
    return object_in(await http.post(f"{_VK}/oauth2/auth", form))


async def _vk_userinfo(tokens: Mapping[str, Any], provider: OAuth, http: Http) -> dict[str, Any]:
    form = {"client_id": provider.client_id, "access_token": tokens["access_token"]}
    return object_in(await http.post(f"{_VK}/oauth2/user_info", form))


VK: OAuthService = OAuthService(
    id="vk",
    name="VK",
    authorization=f"{_VK}/authorize",
    token=_vk_token,
    userinfo=_vk_userinfo,
    scope="email",
    client_auth="none",
    profile=mapped(id="user.user_id", name="user.first_name user.last_name", email="user.email", image="user.avatar"),
    style=Style("#07F", "#fff"),
)
