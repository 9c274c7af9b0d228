"""Wrong arguments of the native clients: the error says what to write instead."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from http.cookiejar import CookieJar
from typing import Any

import httpx2
import pytest

from authwright.client import AsyncAuthClient, AuthClient, SessionProvider
from authwright.errors import ConfigurationError
from support.apps import ORIGIN, make_auth


class Client:
    """A client of another library."""


Client.__module__ = "httpx._client"
Make = Callable[..., Any]
both = pytest.mark.parametrize("make", [AuthClient, AsyncAuthClient])


@both
@pytest.mark.parametrize("base_url", [5, b"http://localhost:3000", httpx2.URL(ORIGIN), make_auth(), ["x"]])
def test_a_base_url_is_text(make: Make, base_url: Any) -> None:
    with pytest.raises(TypeError, match="base_url must be a URL such as 'http://localhost:3000', not "):
        make(base_url)


def test_an_http_client_belongs_to_httpx2() -> None:
    with pytest.raises(TypeError, match=r"an httpx2\.Client for AuthClient, not httpx\.Client\."):
        AuthClient(ORIGIN, http_client=Client())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"an httpx2\.Client for AuthClient, not httpx2\.AsyncClient\."):
        AuthClient(ORIGIN, http_client=httpx2.AsyncClient())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"an httpx2\.AsyncClient for AsyncAuthClient, not httpx2\.Client\."):
        AsyncAuthClient(ORIGIN, http_client=httpx2.Client())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"not httpx2\.ASGITransport\."):
        AsyncAuthClient(ORIGIN, http_client=httpx2.ASGITransport(make_auth().asgi))  # type: ignore[arg-type]


@both
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cookies", 5),
        ("cookies", CookieJar()),
        ("cookies", [("a", "1")]),
        ("cookies", {"a": 1}),
        ("cookies", {b"a": "1"}),
        ("on_navigate", "http://localhost:3000"),
        ("bearer", b"token"),
        ("timeout", "10"),
        ("timeout", None),
        ("timeout", True),
        ("timeout", datetime.timedelta(seconds=5)),
        ("base_path", 5),
    ],
)
def test_an_option_of_the_wrong_type_is_refused(make: Make, name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} must be "):
        make(ORIGIN, **{name: value})


@both
@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_a_timeout_is_a_positive_number(make: Make, timeout: float) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        make(ORIGIN, timeout=timeout)


@both
@pytest.mark.parametrize("base_path", ["/api/auth", "/custom", "custom/", ""])
def test_two_paths_of_the_api_are_refused(make: Make, base_path: str) -> None:
    with pytest.raises(ConfigurationError, match=r"base_path.*already"):
        make("http://localhost:3000/shop/auth", base_path=base_path)


@both
def test_a_path_in_the_environment_and_another_one_are_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEXTAUTH_URL_INTERNAL", raising=False)
    monkeypatch.setenv("NEXTAUTH_URL", "https://example.com/shop/auth")
    with pytest.raises(ConfigurationError, match="base_path"):
        make(base_path="/custom")


@both
@pytest.mark.parametrize(
    ("arguments", "api"),
    [
        ({"base_url": f"{ORIGIN}/shop/auth", "base_path": "/shop/auth"}, "/shop/auth"),
        ({"base_url": f"{ORIGIN}/shop/auth/", "base_path": "shop/auth/"}, "/shop/auth"),
        ({"base_url": ORIGIN, "base_path": "/custom"}, "/custom"),
        ({"base_url": f"{ORIGIN}/", "base_path": "/custom"}, "/custom"),
        ({"base_url": f"{ORIGIN}/shop/auth"}, "/shop/auth"),
        ({"base_url": ORIGIN}, "/api/auth"),
        ({"base_url": ORIGIN, "base_path": "/"}, ""),
        ({"base_url": ORIGIN, "base_path": ""}, ""),
    ],
)
def test_one_path_is_used(make: Make, arguments: dict[str, str], api: str) -> None:
    assert make(**arguments).api.base_url == ORIGIN + api


@pytest.mark.parametrize("client", [5, "http://localhost:3000", None, AuthClient, make_auth(), httpx2.Client()])
def test_a_session_provider_takes_a_client(client: Any) -> None:
    with pytest.raises(TypeError, match="SessionProvider takes an AsyncAuthClient or an AuthClient, not "):
        SessionProvider(client)


@pytest.mark.parametrize(
    ("name", "value"),
    [("session", 5), ("session", "token"), ("refetch_interval", "60"), ("refetch_interval", datetime.timedelta(1))],
)
def test_an_option_of_a_provider_with_the_wrong_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} must be "):
        SessionProvider(AuthClient(ORIGIN), **{name: value})


async def test_a_session_that_was_not_awaited_is_refused() -> None:
    client = AsyncAuthClient(ORIGIN)
    fetching: Any = client.get_session()
    with pytest.raises(TypeError, match="await get_session"):
        SessionProvider(client, session=fetching)
    fetching.close()


@pytest.mark.parametrize(("make", "block"), [(AuthClient, "with"), (AsyncAuthClient, "async with")])
def test_a_provider_that_was_never_entered_says_how_to_enter_it(make: Make, block: str) -> None:
    for options in ({}, {"session": None}):
        with pytest.raises(TypeError, match=f"first: {block} SessionProvider"):
            SessionProvider(make(ORIGIN), **options).use_session()


@both
@pytest.mark.parametrize(
    ("keyword", "ours"),
    [("basePath", "base_path"), ("baseUrl", "base_url"), ("httpClient", "http_client"), ("onNavigate", "on_navigate")],
)
def test_a_keyword_of_a_client_in_camel_case_names_ours(make: Make, keyword: str, ours: str) -> None:
    with pytest.raises(TypeError, match=ours):
        make(**{keyword: "x"})


@pytest.mark.parametrize(
    ("keyword", "ours"),
    [
        ("refetchInterval", "refetch_interval"),
        ("refetchOnWindowFocus", "refetch_on_window_focus"),
        ("refetchWhenOffline", "refetch_when_offline"),
    ],
)
def test_a_keyword_of_a_provider_in_camel_case_names_ours(keyword: str, ours: str) -> None:
    with pytest.raises(TypeError, match=ours):
        SessionProvider(AuthClient(ORIGIN), **{keyword: 1})


def test_a_keyword_of_a_call_in_camel_case_names_ours() -> None:
    client = AuthClient(ORIGIN)
    calls: list[tuple[Callable[..., Any], str, str]] = [
        (client.sign_in, "callbackUrl", "callback_url"),
        (client.sign_in, "authorizationParams", "authorization_params"),
        (client.sign_out, "callbackUrl", "callback_url"),
    ]
    for call, keyword, ours in calls:
        with pytest.raises(TypeError, match=ours):
            call(**{keyword: "/x"})
    with SessionProvider(client, session=None) as provider, pytest.raises(TypeError, match="on_unauthenticated"):
        provider.use_session(True, onUnauthenticated=print)  # type: ignore[call-overload]


async def test_a_keyword_of_an_asynchronous_call_in_camel_case_names_ours() -> None:
    async with AsyncAuthClient(ORIGIN) as client:
        with pytest.raises(TypeError, match="callback_url"):
            await client.sign_in("credentials", callbackUrl="/x")
        with pytest.raises(TypeError, match="callback_url"):
            await client.sign_out(callbackUrl="/x")  # type: ignore[call-arg]


async def test_a_closed_client_says_so() -> None:
    async with AsyncAuthClient(ORIGIN) as client:
        pass
    with pytest.raises(ConfigurationError, match="is closed"):
        await client.get_session()
    with AuthClient(ORIGIN) as plain:
        pass
    for call in (plain.get_session, plain.sign_in, plain.sign_out, lambda: plain.request("GET", "/")):
        with pytest.raises(ConfigurationError, match="is closed"):
            call()
    with pytest.raises(ConfigurationError, match="is closed"):
        AuthClient(ORIGIN, http_client=plain.http)


async def test_an_asynchronous_on_navigate_is_awaited() -> None:
    went: list[str] = []

    async def visit(url: str) -> None:
        went.append(url)

    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(make_auth().asgi))
    async with AsyncAuthClient(ORIGIN, http_client=http, on_navigate=visit) as client:
        result = await client.sign_in()
        await asyncio.sleep(0)
    assert went == [result.url]


def test_the_synchronous_client_runs_an_asynchronous_on_navigate() -> None:
    went: list[str] = []

    async def visit(url: str) -> None:
        went.append(url)

    http = httpx2.Client(transport=httpx2.WSGITransport(make_auth().wsgi))
    assert [AuthClient(ORIGIN, http_client=http, on_navigate=visit).sign_in().url] == went
