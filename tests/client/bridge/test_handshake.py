"""The cookies of a websocket handshake count only if the page has the same origin."""

import pytest

from authwright import Auth
from authwright.client.bridge.handshake import handshake_session, is_same_origin
from authwright.client.core.store import UNSET
from support.browser import Browser


def scope(origin: str | None, host: str = "app.example", scheme: str = "ws", cookie: str = "") -> dict[str, object]:
    headers = [(b"host", host.encode()), (b"cookie", cookie.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"type": "websocket", "scheme": scheme, "path": "/", "headers": headers}


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://app.example", "app.example", "ws"),
        ("http://app.example:8000", "app.example:8000", "ws"),
        ("https://app.example", "app.example", "wss"),
        ("https://app.example", "app.example", "ws"),
        ("https://APP.example", "app.Example", "wss"),
    ],
)
def test_a_page_of_the_same_host_has_the_same_origin(origin: str, host: str, scheme: str) -> None:
    assert is_same_origin(scope(origin, host, scheme))


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "app.example",
        "http://evil.example",
        "http://app.example.evil.example",
        "http://sub.app.example",
        "http://app.example:8000",
        "http://app.example@evil.example",
        "http://app.example/",
    ],
)
def test_any_other_page_has_another_origin(origin: str | None) -> None:
    assert not is_same_origin(scope(origin))


def test_a_page_without_tls_has_another_origin_than_one_with_tls() -> None:
    assert not is_same_origin(scope("http://app.example", scheme="wss"))


def test_two_origin_headers_are_refused() -> None:
    twice = scope("http://app.example")
    twice["headers"] = [*twice["headers"], (b"origin", b"http://evil.example")]  # type: ignore[misc]
    assert not is_same_origin(twice)


async def test_the_session_is_read_from_the_handshake(app: Auth, alice: Browser) -> None:
    session = await handshake_session(app, scope("http://app.example", cookie=alice.cookie_header))
    assert session is not None
    assert session["user"]["name"] == "Alice"


async def test_a_handshake_without_a_session_returns_none(app: Auth) -> None:
    assert await handshake_session(app, scope("http://app.example")) is None


async def test_a_foreign_page_cannot_use_the_victims_cookie(app: Auth, alice: Browser) -> None:
    assert await handshake_session(app, scope("http://evil.example", cookie=alice.cookie_header)) is UNSET
