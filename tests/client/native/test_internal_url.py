"""``NEXTAUTH_URL_INTERNAL``: an https site whose API a process reaches over plain http, in a network that it trusts."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Mount, Route

from authwright.client import AsyncAuthClient, AuthClient
from support.apps import make_auth
from support.browser import Browser
from support.serving import served

SITE = "https://example.com"
PASSWORD = {"username": "alice", "password": "wonderland"}
AUTH = make_auth(base_url=SITE)


async def who(request: Request) -> JSONResponse:
    return JSONResponse(await AUTH.get_server_session(request))


APP = Starlette(
    routes=[
        Route("/me", who),
        Route("/moved", lambda request: RedirectResponse("/me")),
        Mount("/api/auth", AUTH.asgi),
    ]
)


@pytest.fixture
def internal(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with served(APP) as port:
        url = f"http://127.0.0.1:{port}"
        monkeypatch.setenv("NEXTAUTH_URL", SITE)
        monkeypatch.setenv("NEXTAUTH_URL_INTERNAL", url)
        yield url


async def test_secure_cookies_travel_over_the_internal_url(internal: str) -> None:
    async with AsyncAuthClient() as client:
        result = await client.sign_in("credentials", redirect=False, **PASSWORD)
        assert (result.ok, result.url) == (True, SITE)
        assert await client.get_session() is not None
        assert [(await client.request("GET", path)).json()["user"]["name"] for path in ("/me", "/moved")] == [
            "Alice"
        ] * 2
        await client.sign_out(redirect=False)
        assert await client.get_session() is None


def test_so_they_do_without_an_event_loop(internal: str) -> None:
    with AuthClient() as client:
        client.sign_in("credentials", redirect=False, **PASSWORD)
        assert client.get_session() is not None
        assert client.request("GET", "/moved").json()["user"]["name"] == "Alice"


async def test_the_cookies_of_a_browsers_request_are_passed_on(internal: str) -> None:
    browser = Browser(AUTH)
    await browser.sign_in(**PASSWORD)
    assert any(name.startswith("__Secure-") for name in browser.cookies)
    async with AsyncAuthClient(cookies=browser.cookies) as client:
        assert await client.get_session() is not None


async def test_secure_cookies_travel_nowhere_else_over_http(internal: str) -> None:
    async with AsyncAuthClient(internal) as client:
        await client.sign_in("credentials", redirect=False, **PASSWORD)
        assert await client.get_session() is None


async def test_a_shared_http_client_sends_them_to_no_other_host(internal: str) -> None:
    async with httpx2.AsyncClient() as http:
        http.cookies.set("__Secure-other", "secret", domain="127.0.0.1")
        for cookie in http.cookies.jar:
            cookie.secure = True
        client = AsyncAuthClient(http_client=http)
        await client.sign_in("credentials", redirect=False, **PASSWORD)
        sent = (await http.get(internal.replace("127.0.0.1", "localhost") + "/me")).request.headers
        assert "cookie" not in sent
        assert "cookie" not in (await http.get(f"{internal}/me")).request.headers


async def test_secure_cookies_in_other_scripts_travel_too(internal: str) -> None:
    async with AsyncAuthClient(cookies={"__Secure-theme": "다크", "plain": "1"}) as client:
        sent = (await client.request("GET", "/moved")).request.headers.raw
    assert [value for name, value in sent if name.lower() == b"cookie"] == ["plain=1; __Secure-theme=다크".encode()]
