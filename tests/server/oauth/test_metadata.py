"""Metadata and keys: fetched once, cached as long as the provider allows, fetched again if a key is unknown."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.server.oauth import client, metadata
from authwright.testing import FakeIdP
from support.apps import BASE_URL, make_auth
from support.browser import Browser
from support.provider import MakeApp, corp, sign_in, to_provider


def fetches(idp: FakeIdP) -> list[str]:
    """Return the names of the provider's documents that were fetched, in order."""
    documents = {"/.well-known/openid-configuration": "metadata", "/jwks": "keys"}
    return [documents[request.path] for request in idp.requests if request.path in documents]


def with_cache_control(idp: FakeIdP, value: str) -> Auth:
    """Return an app that receives the provider's documents with this Cache-Control header."""
    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        response = await inner.handle_async_request(request)
        return httpx2.Response(response.status_code, headers={"cache-control": value}, content=await response.aread())

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    return make_auth(providers=[corp(idp, http_client=client)])


async def test_documents_are_fetched_once_for_many_sign_ins(idp: FakeIdP) -> None:
    auth = with_cache_control(idp, "max-age=600")
    for _ in range(3):
        await sign_in(Browser(auth), idp)
    assert sorted(fetches(idp)) == ["keys", "metadata"]


async def test_documents_are_fetched_again_after_they_expire(idp: FakeIdP, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(metadata.time, "monotonic", lambda: now[0])
    auth = with_cache_control(idp, "max-age=600")
    await sign_in(Browser(auth), idp)
    now[0] += 601
    await sign_in(Browser(auth), idp)
    assert sorted(fetches(idp)) == ["keys", "keys", "metadata", "metadata"]


async def test_documents_with_no_store_are_not_cached(idp: FakeIdP) -> None:
    auth = with_cache_control(idp, "no-store")
    await sign_in(Browser(auth), idp)
    before = len(fetches(idp))
    await sign_in(Browser(auth), idp)
    assert len(fetches(idp)) == 2 * before


async def test_forged_key_ids_cannot_cause_unlimited_fetches(make_app: MakeApp, idp: FakeIdP) -> None:
    auth = make_app()
    await sign_in(Browser(auth), idp)
    published = idp.keys.public()
    idp.keys.rotate(forget=True)
    idp.keys.public = lambda: published  # type: ignore[method-assign]
    ends = [await sign_in(Browser(auth), idp) for _ in range(5)]
    assert set(ends) == {f"{BASE_URL}/error?error=OAuthCallback"}
    assert fetches(idp).count("keys") <= 2


async def forge(auth: Auth, idp: FakeIdP) -> None:
    """Post a logout token that is signed with an unknown key, as anyone can."""
    await Browser(auth).post("/backchannel-logout/corp", {"logout_token": OTHER.logout_token("alice")})


OTHER = FakeIdP("http://localhost:4000")


@pytest.mark.parametrize("response", ["the same keys", "503"])
async def test_unknown_keys_cause_at_most_one_fetch_a_second_and_ten_a_minute(
    make_app: MakeApp, idp: FakeIdP, monkeypatch: pytest.MonkeyPatch, response: str
) -> None:
    now = [1000.0]
    monkeypatch.setattr(metadata.time, "monotonic", lambda: now[0])
    auth = make_app(adapter=MemoryAdapter(), strategy="database")
    await sign_in(Browser(auth), idp)
    if response == "503":
        idp.misbehave("keys:down")
    counts = [fetches(idp).count("keys")]
    for step in (0.5, *[0.6] * 30, 43):
        now[0] += step
        await forge(auth, idp)
        counts.append(fetches(idp).count("keys"))
    assert counts[:6] == [1, 1, 2, 2, 3, 3]
    assert (counts[-2], counts[-1]) == (10, 11)


async def test_simultaneous_requests_share_one_fetch_of_slow_metadata(
    make_app: MakeApp, idp: FakeIdP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIME_LIMIT", 0.2)
    idp.misbehave("metadata:slow")
    auth = make_app()
    began = time.monotonic()
    ends = await asyncio.gather(*(to_provider(Browser(auth)) for _ in range(20)))
    assert set(ends) == {f"{BASE_URL}/error?error=OAuthSignin"}
    assert time.monotonic() - began < 2


async def test_userinfo_about_another_user_is_refused(idp: FakeIdP) -> None:
    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/userinfo":
            return httpx2.Response(200, json={"sub": "bob", "email": "bob@example.com"})
        return await inner.handle_async_request(request)

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    browser = Browser(make_auth(providers=[corp(idp, http_client=client, fetch_userinfo=True)]))
    assert await sign_in(browser, idp) == f"{BASE_URL}/error?error=OAuthCallback"
    assert await browser.session() == {}


Endpoints = Callable[[dict[str, Any]], dict[str, Any]]
UNSAFE: dict[str, Endpoints] = {
    "a script": lambda document: document | {"authorization_endpoint": "javascript:alert(1)"},
    "plain http": lambda document: document | {"authorization_endpoint": "http://idp.example/authorize"},
    "no URL": lambda document: document | {"authorization_endpoint": 7},
}


@pytest.mark.parametrize("name", UNSAFE)
async def test_a_browser_is_never_sent_to_an_unsafe_endpoint(idp: FakeIdP, name: str) -> None:
    inner = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        response = await inner.handle_async_request(request)
        document = httpx2.Response(200, content=await response.aread()).json()
        return httpx2.Response(200, json=UNSAFE[name](document))

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    browser = Browser(make_auth(providers=[corp(idp, http_client=client)]))
    response = await browser.sign_in("/signin/corp")
    assert response.body.decode() == f'{{"url":"{BASE_URL}/error?error=OAuthSignin"}}'
