"""Providers that differ from the standard: the requests that they receive."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest

from authwright import providers
from authwright.errors import OAuthCallbackError
from authwright.providers import OAuth
from authwright.providers.http import Reply

CLIENT = {"client_id": "app", "client_secret": "s3cret"}
TOKENS = {"access_token": "t/ken", "user_id": "al/ice", "openid": "o1", "membership_id": "42"}
BEARER = {"Authorization": "Bearer t/ken"}
FLOW = {"params": {"code": "c0de", "state": "st", "device_id": "d1"}, "redirect_uri": "https://app/cb"}


class API:
    """The API of a provider, which returns *body* and records the last request."""

    def __init__(self, body: object = None, status: int = 200) -> None:
        self.body = body if body is not None else {"access_token": "t"}
        self.status = status
        self.request: tuple[Any, ...] = ()

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        return self._respond("GET", url, None, headers)

    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        return self._respond("POST", url, dict(form), headers)

    def _respond(self, method: str, url: str, form: object, headers: Mapping[str, str] | None) -> Reply:
        self.request = (method, url, form, dict(headers or {}))
        return Reply(self.status, {}, json.dumps(self.body).encode())


async def userinfo(provider: OAuth, api: API) -> Any:
    return await provider.hooks["userinfo"](tokens=TOKENS, provider=provider, http=api)


async def token(provider: OAuth, api: API) -> Any:
    return await provider.hooks["token"](**FLOW, code_verifier="ver", provider=provider, http=api)


def get(url: str, **headers: str) -> tuple[Any, ...]:
    return ("GET", url, None, headers)


REQUESTS = [
    (
        providers.Bungie(**CLIENT, api_key="k3y"),
        get("https://www.bungie.net/platform/User/GetBungieAccount/42/254/", **BEARER, **{"X-API-Key": "k3y"}),
    ),
    (providers.Dropbox(**CLIENT), ("POST", "https://api.dropboxapi.com/2/users/get_current_account", {}, BEARER)),
    (providers.Foursquare(**CLIENT), get("https://api.foursquare.com/v2/users/self?v=20230131&oauth_token=t%2Fken")),
    (providers.HubSpot(**CLIENT), get("https://api.hubapi.com/oauth/v1/access-tokens/t%2Fken")),
    (providers.MailRu(**CLIENT), get("https://oauth.mail.ru/userinfo?access_token=t%2Fken")),
    (
        providers.Trakt(**CLIENT),
        get(
            "https://api.trakt.tv/users/me?extended=full",
            **BEARER,
            **{"trakt-api-version": "2", "trakt-api-key": "app"},
        ),
    ),
    (
        providers.VK(**CLIENT),
        ("POST", "https://id.vk.ru/oauth2/user_info", {"client_id": "app", "access_token": "t/ken"}, {}),
    ),
    (
        providers.WeChat(**CLIENT),
        get("https://api.weixin.qq.com/sns/userinfo?access_token=t%2Fken&openid=o1&lang=zh_CN"),
    ),
]


@pytest.mark.parametrize(("provider", "expected"), [pytest.param(*each, id=each[0].id) for each in REQUESTS])
async def test_userinfo_is_requested_as_the_provider_requires(provider: OAuth, expected: tuple[Any, ...]) -> None:
    api = API({"id": 1})
    assert await userinfo(provider, api) == {"id": 1}
    assert api.request == expected


@pytest.mark.parametrize("provider", [pytest.param(each[0], id=each[0].id) for each in REQUESTS])
async def test_an_error_response_is_not_a_user(provider: OAuth) -> None:
    with pytest.raises(OAuthCallbackError, match="401"):
        await userinfo(provider, API({"id": 1}, status=401))


async def test_the_user_of_notion_is_the_owner_of_the_bot() -> None:
    api = API({"object": "user", "bot": {"owner": {"type": "user", "user": {"id": "6794"}}}})
    assert await userinfo(providers.Notion(**CLIENT), api) == {"id": "6794"}
    assert api.request == get("https://api.notion.com/v1/users/me", **BEARER, **{"Notion-Version": "2022-06-28"})


async def test_a_notion_bot_owned_by_a_workspace_is_not_a_user() -> None:
    with pytest.raises(OAuthCallbackError):
        await userinfo(providers.Notion(**CLIENT), API({"bot": {"owner": {"type": "workspace", "workspace": True}}}))


async def test_nextcloud_is_asked_for_the_user_of_the_token_response() -> None:
    api = API({"ocs": {"data": {"id": "alice"}}})
    nextcloud = providers.Nextcloud(**CLIENT, issuer="https://cloud.example/")
    assert await userinfo(nextcloud, api) == {"id": "alice"}
    url = "https://cloud.example/ocs/v1.php/cloud/users/al%2Fice"
    assert api.request == get(url, **BEARER, **{"OCS-APIRequest": "true"})


async def test_the_user_of_eve_online_is_read_from_the_access_token() -> None:
    payload = urlsafe_b64encode(json.dumps({"sub": "CHARACTER:EVE:9", "name": "Alice"}).encode()).decode().rstrip("=")
    eve = providers.EVEOnline(**CLIENT)
    claims = await eve.hooks["userinfo"](tokens={"access_token": f"h.{payload}.s"})
    assert (await eve.hooks["profile"](claims=claims))["id"] == "9"


@pytest.mark.parametrize("access_token", ["opaque", "a.b.c", "a.!.c", "a.W10.c"])
async def test_an_invalid_access_token_of_eve_online_is_refused(access_token: str) -> None:
    eve = providers.EVEOnline(**CLIENT)
    with pytest.raises(OAuthCallbackError):
        await eve.hooks["profile"](claims=await eve.hooks["userinfo"](tokens={"access_token": access_token}))


async def test_tiktok_receives_client_key_instead_of_client_id() -> None:
    api, tiktok = API(), providers.TikTok(**CLIENT)
    assert tiktok.authorization_params == {"client_key": "app"}
    assert await token(tiktok, api) == {"access_token": "t"}
    form = {"client_key": "app", "client_secret": "s3cret", "grant_type": "authorization_code", "code": "c0de"}
    assert api.request == (
        "POST",
        "https://open.tiktokapis.com/v2/oauth/token/",
        {**form, "redirect_uri": "https://app/cb"},
        {},
    )


async def test_the_id_token_of_line_is_verified_by_its_own_endpoint() -> None:
    api = API({"iss": "https://access.line.me", "aud": "app", "sub": "U1"})
    line = providers.LINE(**CLIENT)
    claims = await line.hooks["userinfo"](tokens={"id_token": "a.b.c"}, provider=line, http=api)
    assert claims["sub"] == "U1"
    verify = "https://api.line.me/oauth2/v2.1/verify"
    assert api.request == ("POST", verify, {"id_token": "a.b.c", "client_id": "app"}, {})


@pytest.mark.parametrize("claims", [{"iss": "https://access.line.me", "aud": "other"}, {"iss": "x", "aud": "app"}, {}])
async def test_an_id_token_of_line_for_another_client_is_refused(claims: dict[str, str]) -> None:
    line = providers.LINE(**CLIENT)
    with pytest.raises(OAuthCallbackError, match="another client"):
        await line.hooks["userinfo"](tokens={"access_token": "t"}, provider=line, http=API({**claims, "sub": "U1"}))


async def test_vk_receives_the_device_id_and_the_code_verifier() -> None:
    api = API()
    assert await token(providers.VK(**CLIENT), api) == {"access_token": "t"}
    method, url, form, _ = api.request
    assert (method, url) == ("POST", "https://id.vk.ru/oauth2/auth")
    assert form.items() >= {"device_id": "d1", "code_verifier": "ver", "code": "c0de", "client_id": "app"}.items()


@pytest.mark.parametrize(("kind", "path"), [("OfficialAccount", "oauth2/authorize"), ("WebsiteApp", "qrconnect")])
async def test_wechat_receives_the_client_in_the_query(kind: Any, path: str) -> None:
    api, wechat = API(), providers.WeChat(**CLIENT, platform_type=kind)
    assert (wechat.authorization, wechat.authorization_params) == (
        f"https://open.weixin.qq.com/connect/{path}",
        {"appid": "app"},
    )
    assert await token(wechat, api) == {"access_token": "t"}
    query = {"appid": "app", "secret": "s3cret", "code": "c0de", "grant_type": "authorization_code"}
    assert (api.request[0], dict(parse_qsl(api.request[1].partition("?")[2]))) == ("GET", query)


async def test_a_membership_id_of_bungie_must_be_a_number() -> None:
    bungie = providers.Bungie(**CLIENT, api_key="k3y")
    with pytest.raises(OAuthCallbackError):
        await bungie.hooks["userinfo"](tokens={"access_token": "t", "membership_id": "../x"}, http=API())


@pytest.mark.parametrize(
    ("claims", "image"),
    [
        ({"avatar": "b1", "discriminator": "1337"}, "avatars/80351110224678912/b1.png"),
        ({"avatar": None, "discriminator": "1337"}, "embed/avatars/2.png"),
        ({"avatar": None, "discriminator": "0"}, "embed/avatars/5.png"),
        ({"avatar": None, "discriminator": "x"}, "embed/avatars/0.png"),
    ],
)
async def test_the_picture_url_of_discord_is_built_from_the_claims(claims: dict[str, Any], image: str) -> None:
    user = await providers.Discord(**CLIENT).hooks["profile"](claims={"id": "80351110224678912", **claims})
    assert user["image"] == f"https://cdn.discordapp.com/{image}"


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize(
    ("provider", "claims"),
    [
        (providers.Discord, '{"id": "1", "email": "a@b.c", "verified": %s}'),
        (providers.Kakao, '{"id": 1, "kakao_account": {"email": "a@b.c", "is_email_verified": %s}}'),
        (providers.Patreon, '{"data": {"id": "1", "attributes": {"email": "a@b.c", "is_email_verified": %s}}}'),
        (providers.Zoom, '{"id": "1", "email": "a@b.c", "verified": %s}'),
    ],
)
async def test_an_address_that_the_provider_reports_as_unverified_is_ignored(
    provider: Any, claims: str, verified: bool
) -> None:
    variants = json.loads(claims % int(verified)), json.loads(claims % str(verified).lower())
    for each in variants:
        user = await provider(**CLIENT).hooks["profile"](claims=each)
        assert user["email"] == ("a@b.c" if verified else None)


def test_the_tenant_of_fusionauth_is_sent_in_both_requests() -> None:
    fusionauth = providers.FusionAuth(**CLIENT, issuer="https://fa.example", tenant_id="t1")
    assert fusionauth.metadata_url == "https://fa.example/.well-known/openid-configuration?tenantId=t1"
    assert fusionauth.authorization_params == {"tenantId": "t1"}


def test_united_effects_receives_its_issuer_as_the_resource() -> None:
    provider = providers.UnitedEffects(**CLIENT, issuer="https://core.example")
    assert provider.authorization_params == {"resource": "https://core.example"}
