"""Cookies of the app that no ASCII header can carry, and several ``Set-Cookie`` headers in one response."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authwright.client import AsyncAuthClient, AuthClient
from support.apps import ORIGIN, make_auth

PASSWORD = {"username": "alice", "password": "wonderland"}


def asked_after(*answers: httpx2.Response, cookies: Any = None) -> list[bytes]:
    """Return the ``Cookie`` header of each request of a client that gets *answers*."""
    seen: list[bytes] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(b"; ".join(value for name, value in request.headers.raw if name.lower() == b"cookie"))
        return answers[min(len(seen), len(answers)) - 1]

    with httpx2.Client(transport=httpx2.MockTransport(respond)) as http:
        client = AuthClient(ORIGIN, http_client=http, cookies=cookies)
        for _ in answers:
            client.request("GET", "/")
    return seen


def setting(*headers: str | bytes, status: int = 200, location: str = "") -> httpx2.Response:
    raw = [(b"set-cookie", each if isinstance(each, bytes) else each.encode()) for each in headers]
    return httpx2.Response(status, headers=raw + ([(b"location", location.encode())] if location else []))


DONE = setting()


@pytest.mark.parametrize(
    "cookie",
    [
        "theme=다크".encode(),
        "이름=값".encode(),
        "icon=👩‍💻".encode(),
        "space=\u3000\u00a0x".encode(),
        b"latin=\xe9",
        b"bytes=\xff\xfe\x80",
    ],
)
def test_a_cookie_returns_as_the_bytes_that_the_server_set(cookie: bytes, tmp_path: Path) -> None:
    file = tmp_path / "cookies"
    first = setting(cookie + b"; Path=/", "plain=1; Path=/")
    assert asked_after(first, DONE, cookies=file)[1] == b"plain=1; " + cookie
    assert asked_after(DONE, cookies=file)[0] == b"plain=1; " + cookie


async def test_a_cookie_in_utf_8_does_not_disturb_the_calls() -> None:
    auth = make_auth()

    class Themed(httpx2.ASGITransport):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            response = await super().handle_async_request(request)
            response.headers = httpx2.Headers([*response.headers.raw, (b"set-cookie", "theme=다크; Path=/".encode())])
            return response

    client = AsyncAuthClient(ORIGIN, http_client=httpx2.AsyncClient(transport=Themed(auth.asgi)))
    assert (await client.sign_in("credentials", redirect=False, **PASSWORD)).ok
    assert (await client.get_session()) is not None
    assert (await client.sign_out())["ok"]


def test_a_redirect_may_set_a_cookie_in_utf_8() -> None:
    moved = setting("theme=다크; Path=/", status=302, location="/next")
    assert asked_after(moved, DONE)[1] == "theme=다크".encode()


def test_the_apps_own_client_may_have_a_cookie_in_utf_8() -> None:
    seen: list[bytes] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(dict(request.headers.raw)[b"Cookie"])
        return httpx2.Response(200, json={})

    http = httpx2.Client(transport=httpx2.MockTransport(respond))
    http.cookies.set("theme", "다크", domain="localhost.local")
    client = AuthClient(ORIGIN, http_client=http)
    client.request("GET", "/")
    http.cookies.set("mode", "밝게", domain="localhost.local")
    client.request("GET", "/")
    assert seen == ["theme=다크".encode(), "theme=다크; mode=밝게".encode()]


def test_a_given_cookie_in_utf_8_is_sent() -> None:
    assert asked_after(DONE, cookies={"theme": "다크", "a": "1"}) == ["a=1; theme=다크".encode()]


def test_a_cookie_in_utf_8_goes_only_to_its_path_and_can_be_removed() -> None:
    first = setting("theme=다크; Path=/", "other=값; Path=/elsewhere")
    last = setting("theme=; Path=/; Max-Age=0")
    assert asked_after(first, last, DONE) == [b"", "theme=다크".encode(), b""]


def test_a_later_value_replaces_an_earlier_one_in_either_script() -> None:
    answers = [setting(f"theme={value}; Path=/") for value in ("dark", "다크", "light", "밝게")]
    assert asked_after(*answers, DONE)[1:] == [
        b"theme=dark",
        "theme=다크".encode(),
        b"theme=light",
        "theme=밝게".encode(),
    ]


@pytest.mark.parametrize("removal", ["a=; Path=/; Max-Age=0", "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"])
@pytest.mark.parametrize("value", ["1", "값"])
def test_the_set_cookie_headers_of_a_response_are_applied_in_order(removal: str, value: str, tmp_path: Path) -> None:
    file = tmp_path / "cookies"
    assert asked_after(setting(f"a={value}; Path=/", removal), DONE, cookies=file)[1] == b""
    assert asked_after(DONE, cookies=file) == [b""]
    assert asked_after(setting(removal, f"a={value}; Path=/"), DONE)[1] == f"a={value}".encode()
    assert asked_after(setting("a=0; Path=/", removal, f"a={value}; Path=/"), DONE)[1] == f"a={value}".encode()


@pytest.mark.parametrize("cookie", [b"a=\x01b", b"a=b\x7f"])
def test_a_cookie_with_a_control_character_is_ignored(cookie: bytes) -> None:
    assert asked_after(setting(cookie + b"; Path=/", "b=1; Path=/"), DONE)[1] == b"b=1"


sets = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "둘", "", None]), st.booleans()), min_size=1, max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(sets)
def test_a_jar_ends_as_that_of_a_browser(tmp_path: Path, sets: list[tuple[str, str | None, bool]]) -> None:
    responses: list[list[str]] = [[]]
    expected: dict[str, str] = {}
    for name, value, begins in sets:
        if begins:
            responses.append([])
        responses[-1].append(f"{name}={value or ''}; Path=/" + ("; Max-Age=0" if value is None else ""))
        expected.pop(name, None)
        if value is not None:
            expected[name] = value
    file = tmp_path / "cookies"
    file.unlink(missing_ok=True)
    sent = asked_after(*(setting(*each) for each in responses), DONE, cookies=file)[-1].decode()
    kept = asked_after(DONE, cookies=file)[0].decode()
    assert dict(pair.split("=") for pair in sent.split("; ") if pair) == expected
    assert dict(pair.split("=") for pair in kept.split("; ") if pair) == expected
