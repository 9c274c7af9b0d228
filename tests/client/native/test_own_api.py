"""``client.request`` sends the cookies and the bearer token of the client to the app's own API, and only there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from authwright.client import AsyncAuthClient, AuthClient
from authwright.errors import ConfigurationError
from authwright.http import Request as Incoming
from authwright.integrations.starlette import auth_mount
from authwright.providers import OIDC
from authwright.testing import FakeIdP, FakeUser, Outbox
from support.apps import ORIGIN, make_auth
from support.html import hidden_fields

CREDENTIALS = {"username": "alice", "password": "wonderland"}
FOREIGN = [
    "http://evil.example/",
    "//evil.example/",
    "http://localhost:3001/",
    "https://localhost:3000/",
    "http://localhost:3000@evil.example/",
    "file:///etc/passwd",
]


def app_of(auth: Any) -> Starlette:
    async def whoami(request: Request) -> Response:
        token = await auth.get_token(request)
        return JSONResponse({"name": token["name"]}) if token else JSONResponse({}, 401)

    async def moved(request: Request) -> Response:
        return RedirectResponse(request.query_params["to"], 302)

    return Starlette(routes=[auth_mount(auth), Route("/whoami", whoami), Route("/moved", moved)])


def client_of(auth: Any, **options: Any) -> AsyncAuthClient:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app_of(auth)))
    return AsyncAuthClient(ORIGIN, http_client=http, **options)


def watched(seen: list[httpx2.Request], answer: Callable[[httpx2.Request], httpx2.Response] | None = None) -> Any:
    def handle(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return answer(request) if answer else httpx2.Response(200)

    return httpx2.MockTransport(handle)


async def test_a_session_gives_access_to_the_apps_api() -> None:
    client = client_of(make_auth())
    assert (await client.request("GET", "/whoami")).status_code == 401
    await client.sign_in("credentials", redirect=False, **CREDENTIALS)
    assert (await client.request("GET", "/whoami")).json() == {"name": "Alice"}


async def test_a_bearer_token_gives_access_to_the_apps_api() -> None:
    auth = make_auth()
    client = client_of(auth)
    await client.sign_in("credentials", redirect=False, **CREDENTIALS)
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.http.cookies.jar)
    token = await auth.get_token(Incoming("GET", "/", headers={"cookie": cookies}), raw=True)
    service = client_of(auth, bearer=token)
    assert (await service.request("GET", "/whoami")).json() == {"name": "Alice"}


@pytest.mark.parametrize("url", FOREIGN)
async def test_a_request_to_another_origin_is_refused(url: str) -> None:
    seen: list[httpx2.Request] = []
    client = AsyncAuthClient(ORIGIN, http_client=httpx2.AsyncClient(transport=watched(seen)), bearer="raw-token")
    with pytest.raises(ValueError, match="only to the origin of its base URL"):
        await client.request("GET", url)
    assert seen == []


@pytest.mark.parametrize("url", FOREIGN)
def test_a_redirect_to_another_origin_is_returned_and_not_followed(url: str) -> None:
    seen: list[httpx2.Request] = []
    transport = watched(seen, lambda request: httpx2.Response(302, headers={"location": url}))
    client = AuthClient(
        ORIGIN, http_client=httpx2.Client(transport=transport), bearer="raw-token", cookies={"name": "value"}
    )
    assert client.request("GET", "/").headers["location"] == url
    assert len(seen) == 1


async def test_a_redirect_within_the_origin_is_followed() -> None:
    client = client_of(make_auth())
    await client.sign_in("credentials", redirect=False, **CREDENTIALS)
    response = await client.request("GET", "/moved", params={"to": "/whoami"})
    assert (response.status_code, response.json()) == (200, {"name": "Alice"})


def test_a_redirect_loop_ends() -> None:
    seen: list[httpx2.Request] = []
    transport = watched(seen, lambda request: httpx2.Response(302, headers={"location": "/"}))
    client = AuthClient(ORIGIN, http_client=httpx2.Client(transport=transport))
    assert client.request("GET", "/").status_code == 302
    assert len(seen) == 10


async def test_a_request_takes_no_longer_than_the_timeout() -> None:
    async def slow(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(30)
        raise AssertionError("unreachable")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(slow))
    client = AsyncAuthClient(ORIGIN, http_client=http, timeout=0.05)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.request("GET", "/"), 5)


@pytest.mark.parametrize("token", ["raw\r\nX: y", "raw\x00token", "rawé"])
def test_the_error_for_an_invalid_bearer_token_does_not_quote_it(token: str) -> None:
    with pytest.raises(ConfigurationError, match="bearer") as refused:
        AuthClient(ORIGIN, bearer=token)
    assert "raw" not in str(refused.value)


async def test_a_program_can_sign_in_with_an_e_mail_link() -> None:
    outbox = Outbox()
    client = client_of(make_auth(outbox))
    sent = await client.sign_in("email", redirect=False, email="alice@example.com")
    assert sent.ok
    page = await client.request("GET", outbox.links[0])
    link = outbox.links[0].partition("?")[0]
    await client.request("POST", link, data=hidden_fields(page.text))
    session = await client.get_session()
    assert session is not None
    assert session["user"]["email"] == "alice@example.com"


async def test_a_program_can_sign_in_with_an_oauth_provider() -> None:
    idp = FakeIdP("https://idp.test", [FakeUser(sub="erin", name="Erin", email="erin@example.com")])
    names = {"client_id": idp.client_id, "client_secret": idp.client_secret, "http_client": idp.http_client()}
    client = client_of(make_auth(providers=[OIDC(id="corp", name="Corp", issuer=idp.issuer, **names)]))
    result = await client.sign_in("corp")
    assert result.url is not None
    await client.request("GET", idp.sign_in(result.url, "erin"))
    session = await client.get_session()
    assert session is not None
    assert session["user"]["email"] == "erin@example.com"
