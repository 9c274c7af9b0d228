"""Requests to a provider: retries, client authentication, and the HTTP client that is used."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from authwright.errors import ConfigurationError
from authwright.testing import FakeIdP
from support.apps import ORIGIN, make_auth
from support.browser import Browser
from support.provider import corp, sign_in

DOCUMENTS = ["/.well-known/openid-configuration", "/jwks", "/userinfo"]


class Breaking:
    """A transport to *idp* on which the first request to each path in *breaks* fails with a broken connection."""

    def __init__(self, idp: FakeIdP, *breaks: str) -> None:
        self._inner = httpx2.ASGITransport(idp.asgi)
        self._breaks = set(breaks)
        self.calls: Counter[str] = Counter()

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.calls[request.url.path] += 1
        if request.url.path in self._breaks and self.calls[request.url.path] == 1:
            raise httpx2.ReadError("broken")
        return await self._inner.handle_async_request(request)

    def client(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self))


async def test_a_get_request_is_retried_once_after_a_broken_connection(idp: FakeIdP) -> None:
    transport = Breaking(idp, *DOCUMENTS)
    auth = make_auth(providers=[corp(idp, http_client=transport.client(), fetch_userinfo=True)])
    assert await sign_in(Browser(auth), idp) == ORIGIN
    assert {transport.calls[path] for path in DOCUMENTS} == {2}


async def test_a_token_request_is_never_retried(idp: FakeIdP) -> None:
    transport = Breaking(idp, "/token")
    auth = make_auth(providers=[corp(idp, http_client=transport.client())])
    assert "error=OAuthCallback" in await sign_in(Browser(auth), idp)
    assert transport.calls["/token"] == 1


@pytest.mark.parametrize("operations", [["verify"], ["encrypt"], "verify", None])
async def test_a_key_for_another_operation_verifies_nothing(idp: FakeIdP, operations: Any) -> None:
    def marked(keys: dict[str, Any]) -> dict[str, Any]:
        return {"keys": [{**key, "key_ops": operations} for key in keys["keys"]]}

    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        response = await inner.handle_async_request(request)
        if request.url.path != "/jwks":
            return response
        return httpx2.Response(200, json=marked(json.loads(await response.aread())))

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    end = await sign_in(Browser(make_auth(providers=[corp(idp, http_client=client)])), idp)
    assert (end == ORIGIN) == (operations == ["verify"])


SECRET = "a secret that is long enough for HS256"
PRIVATE = ECKey.generate_key("P-256", {"kid": "mine"}, private=True)
PEM = RSAKey.generate_key(2048, private=True)
ASSERTIONS: dict[str, tuple[dict[str, Any], Any, dict[str, str]]] = {
    "a secret": (
        {"client_auth": "client_secret_jwt", "client_secret": SECRET},
        OctKey.import_key(SECRET),
        {"alg": "HS256"},
    ),
    "a JWK": ({"private_key": PRIVATE.as_dict(private=True)}, PRIVATE, {"alg": "ES256", "kid": "mine"}),
    "PEM": ({"private_key": PEM.as_pem(private=True).decode()}, PEM, {"alg": "RS256"}),
}


@pytest.mark.parametrize("name", ASSERTIONS)
async def test_a_client_authenticates_with_a_short_lived_assertion_that_is_used_once(idp: FakeIdP, name: str) -> None:
    options, key, header = ASSERTIONS[name]
    for _ in range(2):
        await sign_in(Browser(make_auth(providers=[corp(idp, **options)])), idp)
    forms = [request.form for request in idp.requests if request.path == "/token"]
    sent = [jws.deserialize_compact(form["client_assertion"], key, algorithms=[header["alg"]]) for form in forms]
    assert all(one.headers().items() >= header.items() for one in sent)
    claims = [json.loads(one.payload) for one in sent]
    assert {(one["iss"], one["sub"], one["aud"]) for one in claims} == {(idp.client_id, idp.client_id, idp.issuer)}
    assert all(one["exp"] - one["iat"] == 60 for one in claims)
    assert claims[0]["jti"] != claims[1]["jti"]
    assert not any("client_secret" in form for form in forms)
    assert {form["client_assertion_type"] for form in forms} == {
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    }


async def test_secrets_are_sent_only_to_the_token_endpoint(idp: FakeIdP) -> None:
    secrets: set[str] = set()
    seen: list[tuple[str, str]] = []
    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append((request.url.path, f"{request.url}{request.headers}{request.content.decode()}"))
        if request.url.path == "/token":
            form = dict(httpx2.QueryParams(request.content.decode()))
            secrets.update((form["code"], form["code_verifier"], form["client_secret"]))
        return await inner.handle_async_request(request)

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond), follow_redirects=True)
    provider = corp(idp, http_client=client, fetch_userinfo=True, client_auth="client_secret_post")
    browser = Browser(make_auth(providers=[provider]))
    assert await sign_in(browser, idp) == ORIGIN
    idp.misbehave("token:redirecting")
    assert "error=OAuthCallback" in await sign_in(browser, idp)
    assert {path for path, text in seen if any(secret in text for secret in secrets)} == {"/token"}
    assert {path for path, _ in seen} == {"/token", *DOCUMENTS}
    assert all("localhost:4000" in text for _, text in seen)


def test_a_secret_that_is_too_short_for_signing_is_refused(idp: FakeIdP) -> None:
    with pytest.raises(ConfigurationError, match="client_secret"):
        corp(idp, client_secret="short", client_auth="client_secret_jwt")
