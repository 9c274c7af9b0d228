"""Kakao and Naver: which of the user's names is used, and which address."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from authwright import providers
from authwright.errors import ConfigurationError
from authwright.providers import OAuth
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of

CLIENT = {"client_id": "app", "client_secret": "s3cret"}


async def user_of(provider: OAuth, claims: dict[str, Any]) -> Any:
    return await provider.hooks["profile"](claims=claims, tokens={})


@pytest.mark.parametrize(
    ("account", "name"),
    [
        ({"profile": {"nickname": "앨리스"}, "name": "이앨리스"}, "앨리스"),
        ({"profile": {}, "name": "이앨리스"}, "이앨리스"),
        ({"profile_needs_agreement": True, "name": "이앨리스"}, "이앨리스"),
        ({"profile": {"nickname": ""}, "name": "이앨리스"}, "이앨리스"),
        ({}, None),
    ],
)
async def test_kakao_uses_the_name_that_the_user_consented_to(account: dict[str, Any], name: str | None) -> None:
    user = await user_of(providers.Kakao(**CLIENT), {"id": 1, "kakao_account": account})
    assert user["name"] == name


@pytest.mark.parametrize(
    ("response", "name"),
    [
        ({"nickname": "앨리스", "name": "이앨리스"}, "앨리스"),
        ({"name": "이앨리스"}, "이앨리스"),
        ({"nickname": None, "name": "이앨리스"}, "이앨리스"),
        ({}, None),
    ],
)
async def test_naver_uses_the_name_that_the_user_consented_to(response: dict[str, Any], name: str | None) -> None:
    user = await user_of(providers.Naver(**CLIENT), {"response": {"id": "1", **response}})
    assert user["name"] == name


NO = [False, 0, "false", "", "no", []]


@pytest.mark.parametrize(
    ("flags", "used"),
    [
        ({}, True),
        ({"is_email_valid": True, "is_email_verified": True}, True),
        ({"is_email_valid": None, "is_email_verified": 1}, True),
        *(({"is_email_valid": no, "is_email_verified": True}, False) for no in NO),
        *(({"is_email_valid": True, "is_email_verified": no}, False) for no in NO),
    ],
    ids=str,
)
async def test_an_address_that_kakao_reports_as_not_valid_is_ignored(flags: dict[str, Any], used: bool) -> None:
    claims = {"id": 1, "kakao_account": {"email": "alice@example.com", **flags}}
    user = await user_of(providers.Kakao(**CLIENT), claims)
    assert user["email"] == ("alice@example.com" if used else None)


async def test_a_public_client_of_kakao_signs_in_and_asks_for_https_images() -> None:
    seen: dict[str, Any] = {}

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen[request.url.path] = (dict(parse_qsl(request.content.decode())), str(request.url), request.headers)
        if request.url.path == "/oauth/token":
            return httpx2.Response(200, json={"access_token": "t", "token_type": "bearer", "error": ""})
        return httpx2.Response(200, json={"id": 1, "kakao_account": {"name": "이앨리스"}})

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    browser = Browser(make_auth(providers=[providers.Kakao(client_id="app", client_secret=None, http_client=client)]))
    url = location_of(await browser.sign_in("/signin/kakao"))
    state = dict(parse_qsl(urlsplit(url).query))["state"]
    assert location_of(await browser.get(f"/callback/kakao?code=c&state={state}&error=")) == ORIGIN
    assert (await browser.session())["user"]["name"] == "이앨리스"
    form, _, headers = seen["/oauth/token"]
    assert (form["client_id"], "client_secret" in form, "authorization" in headers) == ("app", False, False)
    assert seen["/v2/user/me"][1] == "https://kapi.kakao.com/v2/user/me?secure_resource=true"


PUBLIC = ["Kakao", "LINE", "Twitch", "LinkedIn", "WordPress", "Freshbooks", "Mailchimp", "Instagram", "GitHub"]


@pytest.mark.parametrize("name", PUBLIC)
def test_each_provider_takes_a_public_client(name: str) -> None:
    provider = getattr(providers, name)(client_id="app", client_secret=None)
    assert (provider.client_secret, provider.client_auth) == (None, None)


def test_a_method_that_the_app_itself_chooses_still_requires_the_secret() -> None:
    with pytest.raises(ConfigurationError, match="client_secret"):
        providers.Kakao(client_id="app", client_secret=None, client_auth="client_secret_post")
