"""Cookies that outlive a process, in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authwright.client import AsyncAuthClient, AuthClient
from authwright.client.native.jar import load_cookies
from authwright.errors import ConfigurationError
from support.apps import make_auth

ORIGIN = "http://localhost:3000"
AUTH = make_auth()


def client_with(file: Path) -> AsyncAuthClient:
    return AsyncAuthClient(
        ORIGIN, http_client=httpx2.AsyncClient(transport=httpx2.ASGITransport(AUTH.asgi)), cookies=file
    )


async def sign_in(file: Path) -> None:
    client = client_with(file)
    assert (await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")).ok


async def test_the_next_process_is_signed_in(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    session = await client_with(tmp_path / "cookies").get_session()
    assert session is not None
    assert session["user"]["name"] == "Alice"


async def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    assert stat.S_IMODE((tmp_path / "cookies").stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["cookies"]


async def test_the_file_contains_no_session_after_a_sign_out(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    await client_with(tmp_path / "cookies").sign_out(redirect=False)
    assert await client_with(tmp_path / "cookies").get_session() is None
    assert "session-token" not in (tmp_path / "cookies").read_text()


async def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    await sign_in(tmp_path / "cookies")
    (tmp_path / "cookies").chmod(0o644)
    with pytest.raises(ConfigurationError, match="other users can read"):
        client_with(tmp_path / "cookies")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.sampled_from(['[{"name": 1}]', "{}", "[1]", "[" * 50_000, "null"]))
def test_the_error_for_an_invalid_file_names_the_option(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cookies"
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    if text.strip() == "[]":
        return
    with pytest.raises(ConfigurationError, match="cookies"):
        load_cookies(file, ORIGIN)


async def test_given_cookies_are_sent_only_to_the_host() -> None:
    seen: list[str | None] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("cookie"))
        return httpx2.Response(200, json={})

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    client = AsyncAuthClient(ORIGIN, http_client=http, cookies={"a": "1"})
    await client.get_session()
    await client.http.get("http://evil.example/")
    assert seen == ["a=1", None]


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of a cookie file that an attacker may have changed."""
    text = st.text(max_size=12)
    row = {"name": text, "value": text | st.none(), "domain": text | st.just("localhost.local"), "path": text}
    return st.lists(st.fixed_dictionaries({**row, "secure": st.booleans(), "expires": st.integers() | st.none()}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows())
def test_a_file_that_was_tampered_with_is_refused_or_harmless(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    file = tmp_path / "cookies"
    file.write_text(json.dumps(rows))
    file.chmod(0o600)
    with httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, json={}))) as http:
        try:
            client = AuthClient(ORIGIN, http_client=http, cookies=file)
        except ConfigurationError:
            return
        assert client.request("GET", "/").status_code == 200


cookie_values = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='";,\\'), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.from_regex(r"[A-Za-z_.-]{1,12}", fullmatch=True), cookie_values, min_size=1, max_size=4))
def test_the_next_process_sends_the_cookies_that_a_server_set(tmp_path: Path, given: dict[str, str]) -> None:
    seen: list[str | None] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("cookie"))
        return httpx2.Response(200, headers=[("set-cookie", f"{name}={given[name]}; Path=/") for name in given])

    (tmp_path / "cookies").unlink(missing_ok=True)
    for _ in range(2):
        with httpx2.Client(transport=httpx2.MockTransport(respond)) as http:
            AuthClient(ORIGIN, http_client=http, cookies=tmp_path / "cookies").request("GET", "/")
    assert seen[0] is None
    assert dict(pair.split("=", 1) for pair in str(seen[1]).split("; ")) == given


def sent_back(origin: str, *set_cookies: str, cookies: Any = None) -> str | None:
    """Return the ``Cookie`` header of a second request, after a response with *set_cookies*."""
    seen: list[str | None] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers.get("cookie"))
        return httpx2.Response(200, headers=[("set-cookie", one) for one in set_cookies])

    with httpx2.Client(transport=httpx2.MockTransport(respond)) as http:
        client = AuthClient(origin, http_client=http, cookies=cookies)
        for _ in range(2):
            client.request("GET", "/")
    return seen[1]


@pytest.mark.parametrize("origin", ["https://localhost", "https://example.com:8443", "https://[::1]"])
def test_a_host_cookie_is_sent_over_https(origin: str) -> None:
    assert sent_back(origin, "__Host-a=1; Path=/; Secure; HttpOnly; SameSite=Lax") == "__Host-a=1"


def test_a_secure_cookie_is_not_sent_over_http() -> None:
    assert sent_back(ORIGIN, "__Secure-a=1; Path=/; Secure", "b=2; Path=/") == "b=2"


def test_given_cookies_with_a_secure_name_are_not_sent_over_http() -> None:
    assert sent_back(ORIGIN, cookies={"__Secure-a": "1", "b": "2"}) == "b=2"


def test_given_cookies_reach_an_ipv6_address() -> None:
    assert sent_back("http://[::1]:3000", cookies={"a": "1"}) == "a=1"


def test_the_error_for_a_cookie_with_a_line_break_does_not_quote_it() -> None:
    with pytest.raises(ConfigurationError, match="control character") as refused:
        AuthClient(ORIGIN, cookies={"a": "secret\r\nX: y"})
    assert "secret" not in str(refused.value)


def test_an_expired_cookie_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "cookies"
    row = {"name": "a", "value": "1", "domain": "localhost.local", "path": "/", "secure": False, "expires": 1}
    file.write_text(json.dumps([row, {**row, "name": "b", "expires": None}]))
    file.chmod(0o600)
    assert sent_back(ORIGIN, cookies=file) == "b=1"


def test_a_cookie_without_a_value_is_kept(tmp_path: Path) -> None:
    assert sent_back(ORIGIN, "flag; Path=/", cookies=tmp_path / "cookies") == "flag"
    assert sent_back(ORIGIN, cookies=tmp_path / "cookies") == "flag"


def test_a_file_in_a_missing_folder_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not exist"):
        AuthClient(ORIGIN, cookies=tmp_path / "missing" / "cookies")


def test_a_failure_to_write_the_file_is_logged_and_the_response_returned(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "folder" / "cookies"
    file.parent.mkdir()
    http = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, headers={"set-cookie": "a=1"})))
    client = AuthClient(ORIGIN, http_client=http, cookies=file)
    file.parent.rmdir()
    assert client.request("GET", "/").status_code == 200
    assert [record.message.partition(":")[0] for record in caplog.records] == ["CLIENT_COOKIE_ERROR"]
