"""Pushed authorization requests (RFC 9126), which the provider's metadata can require."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from authwright.testing import FakeIdP
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser
from support.provider import answering, corp, sign_in, to_provider

REFUSED = f"{BASE_URL}/error?error=OAuthSignin"


@pytest.fixture(autouse=True)
def _required(idp: FakeIdP) -> None:
    idp.misbehave("par-required")


async def test_the_authorization_url_contains_only_the_client_id_and_a_reference(idp: FakeIdP) -> None:
    url = await to_provider(Browser(make_auth(providers=[corp(idp)])), "?prompt=login")
    assert dict(parse_qsl(urlsplit(url).query)).keys() == {"client_id", "request_uri"}
    (pushed,) = [request.form for request in idp.requests if request.path == "/par"]
    assert (pushed["prompt"], pushed["code_challenge_method"]) == ("login", "S256")
    assert {"state", "nonce", "code_challenge", "redirect_uri", "scope"} < pushed.keys()


@pytest.mark.parametrize("client_auth", ["client_secret_basic", "client_secret_post"])
async def test_a_user_signs_in(idp: FakeIdP, client_auth: str) -> None:
    browser = Browser(make_auth(providers=[corp(idp, client_auth=client_auth)]))
    assert await sign_in(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_a_client_that_the_provider_refuses_leads_to_the_error_page(idp: FakeIdP) -> None:
    browser = Browser(make_auth(providers=[corp(idp, client_secret="wrong")]))
    assert await to_provider(browser) == REFUSED


RESPONSES: dict[str, Any] = {
    "no reference": httpx2.Response(201, json={}),
    "an invalid reference": httpx2.Response(201, json={"request_uri": 7}),
    "a redirect": httpx2.Response(307, headers={"location": "http://localhost:4000/par"}),
    "no JSON": httpx2.Response(201, content=b"<p>"),
    "an error": httpx2.Response(400, json={"error": "invalid_request"}),
}


@pytest.mark.parametrize("name", RESPONSES)
async def test_a_response_without_a_reference_leads_to_the_error_page(idp: FakeIdP, name: str) -> None:
    client = answering(idp, "/par", RESPONSES[name])
    assert await to_provider(Browser(make_auth(providers=[corp(idp, http_client=client)]))) == REFUSED


@pytest.mark.parametrize("endpoint", [None, 7, "http://elsewhere.example/par", "javascript:alert(1)"])
async def test_a_missing_or_unsafe_endpoint_leads_to_the_error_page(idp: FakeIdP, endpoint: Any) -> None:
    document: dict[str, Any] = {"issuer": idp.issuer, "authorization_endpoint": f"{idp.issuer}/authorize"}
    document |= {"require_pushed_authorization_requests": True, "pushed_authorization_request_endpoint": endpoint}
    client = answering(idp, "/.well-known/openid-configuration", httpx2.Response(200, json=document))
    assert await to_provider(Browser(make_auth(providers=[corp(idp, http_client=client)]))) == REFUSED
