"""LINE, an OAuth 2.0 provider.

Documentation: https://developers.line.biz/en/docs/line-login/integrate-line-login/
Register an app: https://developers.line.biz/console/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

__all__ = ["LINE"]


async def _line_userinfo(tokens: Mapping[str, Any], provider: OAuth, http: Http) -> dict[str, Any]:
    """Return the claims of the ID token from LINE's verification endpoint.

    The ID tokens of web clients are signed with HS256, which is not supported here. The userinfo endpoint does not
    return the e-mail address (https://developers.line.biz/en/reference/line-login/#verify-id-token).
    """
    form = {"id_token": str(tokens.get("id_token")), "client_id": provider.client_id}
    claims = object_in(await http.post("https://api.line.me/oauth2/v2.1/verify", form))
    if claims.get("iss") != "https://access.line.me" or claims.get("aud") != provider.client_id:
        raise OAuthCallbackError("LINE's ID token is for another client or from another issuer.")
    return claims


LINE: OAuthService = OAuthService(
    id="line",
    name="LINE",
    authorization="https://access.line.me/oauth2/v2.1/authorize",
    token="https://api.line.me/oauth2/v2.1/token",
    userinfo=_line_userinfo,
    scope="openid profile",
    client_auth="client_secret_post",
    profile=mapped(id="sub", name="name", email="email", image="picture"),
    style=Style("#00C300", "#fff"),
)
