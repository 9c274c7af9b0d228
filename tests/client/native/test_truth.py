"""Each public function of the native clients, with servers that are down, slow or wrong: none claims a success."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from authwright import Callbacks
from authwright.client import AsyncAuthClient, AuthClient, SessionProvider
from authwright.errors import SignInError
from client.native.faulty import FAULTS, serve
from support.apps import ORIGIN, make_auth
from support.serving import served

SESSION: Any = {"user": {"name": "Alice"}, "expires": "2999-01-01T00:00:00.000Z"}
FAULTY = ["server down", "wrong path", *FAULTS]
PASSWORD = {"username": "alice", "password": "wonderland"}
# JSON of another API looks like a session: the session callback may return any object.
NOT_A_SESSION = [name for name in FAULTY if name != "JSON of another API"]


@contextmanager
def faulty(name: str) -> Iterator[dict[str, Any]]:
    """Run the server with the fault *name*. Yields the arguments of a client."""
    if name == "server down":
        yield {"base_url": "http://127.0.0.1:1"}
    elif name == "wrong path":
        with served(make_auth().asgi) as port:
            yield {"base_url": f"http://127.0.0.1:{port}/shop/auth"}
    else:
        with serve(FAULTS[name]) as url:
            yield {"base_url": url, "timeout": 0.3}


def check(result: Any) -> None:
    assert (result.ok, result.url) == (False, None), result
    assert result.error
    with pytest.raises(SignInError):
        result.raise_for_error()


def check_signed_out(result: dict[str, Any]) -> None:
    assert (result["ok"], result["url"]) == (False, None), result
    assert result["error"]


@pytest.mark.parametrize("fault", FAULTY)
async def test_no_result_of_the_asynchronous_client_claims_a_success(fault: str) -> None:
    with faulty(fault) as arguments:
        async with AsyncAuthClient(**arguments) as client:
            check(await client.sign_in())
            for redirect in (True, False):
                check(await client.sign_in("credentials", redirect=redirect, **PASSWORD))
                check_signed_out(await client.sign_out(redirect=redirect))
            assert (await client.get_csrf_token(), await client.get_providers()) == (None, None)


@pytest.mark.parametrize("fault", FAULTY)
def test_no_result_of_the_synchronous_client_claims_a_success(fault: str) -> None:
    with faulty(fault) as arguments, AuthClient(**arguments) as client:
        check(client.sign_in())
        for redirect in (True, False):
            check(client.sign_in("credentials", redirect=redirect, **PASSWORD))
            check_signed_out(client.sign_out(redirect=redirect))
        assert (client.get_csrf_token(), client.get_providers()) == (None, None)


@pytest.mark.parametrize("fault", NOT_A_SESSION)
async def test_no_session_comes_from_a_faulty_server(fault: str) -> None:
    with faulty(fault) as arguments:
        async with AsyncAuthClient(**arguments) as client:
            assert await client.get_session() is None
            async with SessionProvider(client) as provider:
                await provider.store.refresh()
                assert (provider.use_session().data, provider.use_session().status) == (None, "unauthenticated")
                assert await provider.use_session().update({"name": "Bob"}) is None


@pytest.mark.parametrize("fault", NOT_A_SESSION)
def test_an_update_over_a_faulty_server_changes_nothing(fault: str) -> None:
    with faulty(fault) as arguments, AuthClient(**arguments) as client:
        assert client.get_session() is None
        with SessionProvider(client, session=SESSION) as provider:
            assert provider.use_session().update({"name": "Bob"}) is None
            assert provider.use_session().data == SESSION


@pytest.mark.parametrize("fault", ["headers that trickle in", "a body that trickles in", "silence"])
def test_a_request_of_the_synchronous_client_ends_after_its_time(fault: str) -> None:
    with serve(FAULTS[fault]) as url, AuthClient(url, timeout=0.3) as client:
        begun = time.monotonic()
        assert client.get_session() is None
        with pytest.raises(httpx2.TimeoutException):
            client.request("GET", "/")
        assert time.monotonic() - begun < 2.5


def test_a_connection_that_is_used_again_has_the_time_limit_too() -> None:
    def answer(connection: Any, path: str) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
        connection.recv(65536)
        FAULTS["headers that trickle in"](connection, path)

    with serve(answer) as url, AuthClient(url, timeout=0.5) as client:
        assert client.request("GET", "/").status_code == 200
        begun = time.monotonic()
        with pytest.raises(httpx2.TimeoutException):
            client.request("GET", "/")
        assert time.monotonic() - begun < 2.5


def test_the_time_limit_covers_the_callers_http_client() -> None:
    with serve(FAULTS["headers that trickle in"]) as url, httpx2.Client(timeout=0.3) as http:
        client = AuthClient(url, http_client=http, timeout=0.3)
        begun = time.monotonic()
        assert client.get_session() is None
        assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("fault", "log"),
    [
        ("HTML", "/api/auth/session returned HTML: is the base path right?"),
        ("redirect loop", "/api/auth/session returned a redirect (302): is the base path right?"),
        ("truncated JSON", "/api/auth/session returned no JSON object (200): is the base path right?"),
        ("an error page of a proxy", "/api/auth/session: status 502. Check the log of the server."),
    ],
)
def test_the_log_says_what_is_wrong_with_a_response(fault: str, log: str, caplog: pytest.LogCaptureFixture) -> None:
    with serve(FAULTS[fault]) as url, AuthClient(url) as client:
        assert [client.get_session() for _ in range(3)] == [None] * 3
        assert [record.message for record in caplog.records] == [f"CLIENT_FETCH_ERROR: {url}{log}"]


def test_the_log_asks_for_the_base_path_if_there_is_no_such_page(caplog: pytest.LogCaptureFixture) -> None:
    with faulty("wrong path") as arguments, AuthClient(**arguments) as client:
        assert client.get_session() is None
    assert "/shop/auth/session returned no JSON object (404): is the base path right?" in caplog.text


@pytest.mark.parametrize("page", ["/page?error=OAuthCallback", "/signin?error=x", "/error?error=x#error=y"])
async def test_an_error_in_the_pages_own_address_is_no_error_of_the_sign_in(page: str) -> None:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(make_auth().asgi))
    client = AsyncAuthClient(ORIGIN, http_client=http)
    result = await client.sign_in("credentials", redirect=False, callback_url=page, **PASSWORD)
    assert (result.error, result.ok, result.url) == (None, True, ORIGIN + page)
    assert (await client.sign_out(callback_url=page))["ok"]


async def test_a_jar_that_keeps_no_cookies_is_an_error() -> None:
    class Forgetful(httpx2.ASGITransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            response = await super().handle_async_request(request)
            response.headers.pop("set-cookie", None)
            return response

    went: list[str] = []
    http = httpx2.AsyncClient(transport=Forgetful(make_auth().asgi))
    client = AsyncAuthClient(ORIGIN, http_client=http, on_navigate=went.append)
    result = await client.sign_in("credentials", **PASSWORD)
    assert (result.error, result.ok, result.url) == ("MissingCSRF", False, None)
    assert (await client.sign_out())["error"] == "MissingCSRF"
    assert went == [f"{ORIGIN}/api/auth/signin?csrf=true", f"{ORIGIN}/api/auth/signout?csrf=true"]


async def test_a_user_whom_the_sign_in_callback_sends_elsewhere_is_not_signed_in() -> None:
    auth = make_auth(callbacks=Callbacks(sign_in=lambda user: "/waitlist"))
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(auth.asgi))
    client = AsyncAuthClient(ORIGIN, http_client=http)
    result = await client.sign_in("credentials", redirect=False, callback_url="/home", **PASSWORD)
    assert (result.error, result.ok, result.url) == ("AccessDenied", False, None)
