"""Services that are popular in one region and use OAuth 2.0 or a similar protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

from authwright.errors import OAuthCallbackError
from authwright.providers.base import Style
from authwright.providers.calls import Http, object_in
from authwright.providers.entry import OAuthService
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options

Kakao = OAuthService(
    id="kakao",
    name="Kakao",
    authorization="https://kauth.kakao.com/oauth/authorize",
    token="https://kauth.kakao.com/oauth/token",
    userinfo="https://kapi.kakao.com/v2/user/me",
    client_auth="client_secret_post",
    profile=mapped(
        id="id",
        name="kakao_account.profile.nickname",
        email="kakao_account.email",
        image="kakao_account.profile.profile_image_url",
        email_verified="kakao_account.is_email_verified",
    ),
)


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


LINE = OAuthService(
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


async def _mailru_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    query = urlencode({"access_token": tokens["access_token"]})
    return object_in(await http.get(f"https://oauth.mail.ru/userinfo?{query}"))


MailRu = OAuthService(
    id="mailru",
    name="Mail.ru",
    authorization="https://oauth.mail.ru/login",
    token="https://oauth.mail.ru/token",
    userinfo=_mailru_userinfo,
    scope="userinfo",
    profile=mapped(id="id", name="name", email="email", image="image"),
)

Naver = OAuthService(
    id="naver",
    name="Naver",
    authorization="https://nid.naver.com/oauth2.0/authorize",
    token="https://nid.naver.com/oauth2.0/token",
    userinfo="https://openapi.naver.com/v1/nid/me",
    checks=("state",),
    profile=mapped(id="response.id", name="response.nickname", email="response.email", image="response.profile_image"),
)


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


_TIKTOK = OAuthService(
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


VK = OAuthService(
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


def _yandex_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    user = mapped(
        id="id",
        name="display_name | real_name | first_name",
        email="default_email | emails.0",
        image="default_avatar_id",
    )(claims)
    avatar = None if claims.get("is_avatar_empty") else user["image"]
    return user | {"image": avatar and f"https://avatars.yandex.net/get-yapic/{avatar}/islands-200"}


Yandex = OAuthService(
    id="yandex",
    name="Yandex",
    authorization="https://oauth.yandex.ru/authorize",
    token="https://oauth.yandex.ru/token",
    userinfo="https://login.yandex.ru/info?format=json",
    scope="login:info login:email login:avatar",
    profile=_yandex_profile,
    style=Style("#ffcc00", "#000"),
)
