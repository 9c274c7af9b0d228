"""Native clients with a missing, slow or hostile server, and the secrets that they must not show."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from authwright.client import AsyncAuthClient, AuthClient, SessionProvider, SignInResult
from authwright.errors import ConfigurationError
from support.apps import make_auth

ORIGIN = "http://localhost:3000"
NOWHERE = "http://127.0.0.1:1"
UNREACHED = SignInResult("FetchError", 0, False, None)


def client_of(respond: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> AsyncAuthClient:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    return AsyncAuthClient(ORIGIN, http_client=http, **options)


def app_client(**options: Any) -> AsyncAuthClient:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(make_auth().asgi))
    return AsyncAuthClient(ORIGIN, http_client=http, **options)


async def sign_in(client: AsyncAuthClient) -> SignInResult:
    return await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")


async def test_a_server_that_cannot_be_reached_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async with AsyncAuthClient(NOWHERE) as client:
        assert [await client.get_session() for _ in range(3)] == [None] * 3
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "127.0.0.1:1/api/auth/session" in caplog.text


async def test_a_sign_in_without_a_server_returns_a_fetch_error() -> None:
    async with AsyncAuthClient(NOWHERE) as client:
        assert await client.sign_in("credentials", redirect=False, password="x") == UNREACHED
        assert await client.sign_in("credentials", password="x") == UNREACHED
        assert (await client.get_csrf_token(), await client.get_providers()) == (None, None)


def test_the_synchronous_client_without_a_server_returns_a_fetch_error() -> None:
    with AuthClient(NOWHERE) as client:
        assert client.sign_in("credentials", redirect=False, password="x") == UNREACHED
        assert client.get_session() is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"7", b'"text"', b"[" * 100_000, b"x" * 2_000_000])
async def test_an_invalid_response_is_not_a_session(body: bytes) -> None:
    client = client_of(lambda request: httpx2.Response(200, content=body))
    assert await client.get_session() is None
    assert (await client.sign_in("credentials", redirect=False)).ok is False
    await client.aclose()


async def test_a_slow_server_is_cut_off_after_the_timeout() -> None:
    async def slow(request: httpx2.Request) -> httpx2.Response:
        await asyncio.sleep(30)
        raise AssertionError("unreachable")

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(slow))
    async with AsyncAuthClient(ORIGIN, http_client=http, timeout=0.05) as client:
        assert await asyncio.wait_for(client.get_session(), 5) is None


async def test_the_callers_http_client_stays_open() -> None:
    client = app_client()
    await client.aclose()
    assert not client.http.is_closed


@pytest.mark.parametrize(
    "base_url", ["ftp://host", "http:/localhost:3000", "http://", "http://user:pw@host", "http://h:x"]
)
def test_the_error_for_an_invalid_address_names_the_option(base_url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url"):
        AsyncAuthClient(base_url)


@pytest.mark.parametrize(
    ("variables", "api"),
    [
        ({}, "http://localhost:3000/api/auth"),
        ({"NEXTAUTH_URL": "https://example.com"}, "https://example.com/api/auth"),
        ({"NEXTAUTH_URL": "https://example.com/x/auth/"}, "https://example.com/x/auth"),
        (
            {"NEXTAUTH_URL": "https://example.com", "NEXTAUTH_URL_INTERNAL": "http://10.0.0.1:80"},
            "http://10.0.0.1/api/auth",
        ),
        ({"NEXTAUTH_URL": "", "NEXTAUTH_URL_INTERNAL": ""}, "http://localhost:3000/api/auth"),
    ],
)
def test_the_address_comes_from_the_environment(
    variables: dict[str, str], api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NEXTAUTH_URL", "NEXTAUTH_URL_INTERNAL", "AUTH_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert AuthClient().api.base_url == api


async def test_a_bearer_token_is_sent_only_to_the_own_origin() -> None:
    seen: list[str | None] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("authorization"))
        return httpx2.Response(302, headers={"location": "http://evil.example/"})

    client = client_of(respond, bearer="raw-token")
    assert await client.get_session() is None
    assert seen == ["Bearer raw-token"]


async def test_no_secret_is_printed_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    client = app_client(bearer="raw-token", cookies={"next-auth.session-token": "cookie-value"})
    result = await client.sign_in("credentials", redirect=False, username="alice", password="hunter2")
    printed = f"{client!r} {client.api!r} {result!r} {caplog.text}"
    assert [secret for secret in ("raw-token", "cookie-value", "hunter2") if secret in printed] == []


async def test_a_provider_shows_loading_first_and_then_the_session() -> None:
    client = app_client()
    await sign_in(client)
    seen: list[str] = []
    arrived = asyncio.Event()
    async with SessionProvider(client) as provider:
        provider.subscribe(lambda context: (seen.append(context.status), arrived.set()))
        assert provider.use_session().status == "loading"
        await asyncio.wait_for(arrived.wait(), 5)
    assert seen == ["authenticated"]


async def test_on_unauthenticated_fires_once_for_each_change() -> None:
    client, fired = app_client(), []
    await sign_in(client)
    async with SessionProvider(client, session=await client.get_session()) as provider:
        for _ in range(3):
            provider.use_session(required=True, on_unauthenticated=lambda: fired.append("out"))
        await client.sign_out(redirect=False)
        for _ in range(3):
            context = provider.use_session(required=True, on_unauthenticated=lambda: fired.append("out"))
            assert context.status == "loading"
        await sign_in(client)
        await client.sign_out(redirect=False)
    assert fired == ["out", "out"]


async def test_a_required_session_goes_to_the_sign_in_page() -> None:
    went: list[str] = []
    client = app_client(on_navigate=went.append)
    async with SessionProvider(client, session=None) as provider:
        assert provider.use_session(required=True).status == "loading"
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert went == [f"{ORIGIN}/api/auth/signin?error=SessionRequired&callbackUrl=http%3A%2F%2Flocalhost%3A3000"]


async def test_the_wrong_kind_of_with_block_raises_an_error() -> None:
    with pytest.raises(TypeError, match="async with"), SessionProvider(app_client()):
        pass
    with pytest.raises(TypeError, match="with"):
        async with SessionProvider(AuthClient(ORIGIN)):
            pass


async def test_polling_stops_while_offline_and_resumes_afterwards() -> None:
    asked = asyncio.Event()

    def respond(request: httpx2.Request) -> httpx2.Response:
        asked.set()
        return httpx2.Response(200, json={"user": {"name": "Alice"}, "expires": "2999-01-01T00:00:00.000Z"})

    client = client_of(respond)
    session: Any = {"user": {"name": "Alice"}, "expires": "2999-01-01T00:00:00.000Z"}
    async with SessionProvider(client, session=session, refetch_interval=0.01, refetch_when_offline=False) as provider:
        provider.host.set_online(False)
        await asyncio.sleep(0.05)
        assert not asked.is_set()
        provider.host.set_online(True)
        await asyncio.wait_for(asked.wait(), 5)


def test_importing_the_client_imports_only_the_standard_library() -> None:
    program = "import sys, authwright.client; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) & {"httpx2", "jinja2", "joserfc", "cryptography", "anyio", "asyncio"} == set()


async def test_no_subscriber_is_called_after_the_block() -> None:
    answered, seen = asyncio.Event(), []

    async def slow(request: httpx2.Request) -> httpx2.Response:
        await answered.wait()
        return httpx2.Response(200, json={})

    client = AsyncAuthClient(ORIGIN, http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(slow)))
    async with SessionProvider(client) as provider:
        provider.subscribe(seen.append)
        await asyncio.sleep(0)
    answered.set()
    await client.get_session()
    assert seen == []


async def test_a_closed_client_leaves_no_task_behind() -> None:
    begun = asyncio.Event()

    async def slow(request: httpx2.Request) -> httpx2.Response:
        begun.set()
        await asyncio.sleep(30)
        raise AssertionError("unreachable")

    client = AsyncAuthClient(ORIGIN, http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(slow)))
    async with SessionProvider(client):
        await asyncio.wait_for(begun.wait(), 5)
    await client.aclose()
    assert asyncio.all_tasks() == {asyncio.current_task()}
