"""Trakt, an OAuth 2.0 provider.

Documentation: https://trakt.docs.apiary.io/#reference/authentication-oauth
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, bearer, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

__all__ = ["Trakt"]


async def _trakt_userinfo(tokens: Mapping[str, Any], provider: OAuth, http: Http) -> dict[str, Any]:
    headers = {**bearer(tokens), "trakt-api-version": "2", "trakt-api-key": provider.client_id}
    return object_in(await http.get("https://api.trakt.tv/users/me?extended=full", headers))


Trakt: OAuthService = OAuthService(
    id="trakt",
    name="Trakt",
    authorization="https://trakt.tv/oauth/authorize",
    token="https://api.trakt.tv/oauth/token",
    userinfo=_trakt_userinfo,
    profile=mapped(id="ids.slug", name="name", image="images.avatar.full"),
    style=Style("#ED2224", "#fff"),
)
