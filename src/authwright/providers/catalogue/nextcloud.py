"""Nextcloud, an OAuth 2.0 server.

Documentation: https://docs.nextcloud.com/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from authwright.providers.base import Style
from authwright.providers.entry import OAuthServer
from authwright.providers.http import Http, bearer, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import at, mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import ServerOptions


__all__ = ["Nextcloud"]


def Nextcloud(**options: Unpack[ServerOptions]) -> OAuth:
    """Return the provider for a Nextcloud server. ``issuer`` is its URL."""
    issuer = str(options.get("issuer")).rstrip("/")

    async def userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
        url = f"{issuer}/ocs/v1.php/cloud/users/{quote(str(tokens.get('user_id')), safe='')}"
        data = at(object_in(await http.get(url, {**bearer(tokens), "OCS-APIRequest": "true"})), "ocs.data")
        return data if isinstance(data, dict) else {}

    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        user = mapped(id="id", name="displayname", email="email")(claims)
        return user | {"image": f"{issuer}/avatar/{quote(str(user['id']), safe='')}/512"}

    entry = OAuthServer(
        id="nextcloud",
        name="Nextcloud",
        authorization="{issuer}/apps/oauth2/authorize",
        token="{issuer}/apps/oauth2/api/v1/token",
        userinfo=userinfo,
        profile=profile,
        style=Style("#fff", "#0082C9"),
    )
    return entry(**options)
