"""WeChat, an OAuth 2.0 provider.

Documentation: https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Overview.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, object_in
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["WeChat"]

_WECHAT = "https://api.weixin.qq.com/sns"


async def _wechat_token(params: Mapping[str, str], provider: OAuth, http: Http) -> dict[str, Any]:
    query = {
        "appid": provider.client_id,
        "secret": provider.client_secret or "",
        "code": params["code"],
        "grant_type": "authorization_code",
    }
    return object_in(await http.get(f"{_WECHAT}/oauth2/access_token?{urlencode(query)}"))


async def _wechat_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    query = {"access_token": tokens["access_token"], "openid": str(tokens.get("openid")), "lang": "zh_CN"}
    return object_in(await http.get(f"{_WECHAT}/userinfo?{urlencode(query)}"))


def WeChat(
    *, platform_type: Literal["OfficialAccount", "WebsiteApp"] = "OfficialAccount", **options: Unpack[Options]
) -> OAuth:
    """Return the provider for WeChat.

    Bind the app to an Open Platform account. Otherwise users have no ``unionid`` and cannot sign in.

    Args:
        platform_type: The type of the registered app.
        **options: See ``entry.Options``.
    """
    official = platform_type == "OfficialAccount"
    entry = OAuthService(
        id="wechat",
        name="WeChat",
        authorization=f"https://open.weixin.qq.com/connect/{'oauth2/authorize' if official else 'qrconnect'}",
        token=_wechat_token,
        userinfo=_wechat_userinfo,
        scope="snsapi_userinfo" if official else "snsapi_login",
        checks=("state",),
        profile=mapped(id="unionid", name="nickname", image="headimgurl"),
        style=Style("#fff", "#000"),
    )
    provider = entry(**options)
    # WeChat calls the client_id appid.
    return replace(provider, authorization_params={**provider.authorization_params, "appid": provider.client_id})
