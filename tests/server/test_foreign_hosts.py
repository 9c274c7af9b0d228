"""A host that is not the host of ``base_url`` is logged once, with the remedy."""

from __future__ import annotations

import pytest

from authwright import Auth
from authwright.http import Request
from authwright.server.web.frameworks import asgi_request, wsgi_request
from support.apps import make_auth
from support.browser import Browser


async def ask(auth: Auth, path: str = "/session", **headers: str) -> None:
    await Browser(auth).get(path, **headers)


@pytest.mark.parametrize("path", ["/session", "/signin", "/csrf", "/unknown"])
async def test_a_foreign_host_is_logged_once(path: str, caplog: pytest.LogCaptureFixture) -> None:
    auth = make_auth(base_url="https://example.com")
    for _ in range(3):
        await ask(auth, path, host="www.example.com")
    await ask(auth, path, host="127.0.0.1:3000")
    found = [one.getMessage() for one in caplog.records if vars(one)["code"] == "FOREIGN_HOST"]
    assert [message.partition("'")[2].partition("'")[0] for message in found] == ["www.example.com", "127.0.0.1:3000"]
    assert "base_url is https://example.com/api/auth" in found[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "example.com"},
        {"host": "EXAMPLE.com"},
        {"host": "example.com:443"},
        {"host": "app:8000", "x_forwarded_host": "example.com"},
        {"host": "example.com", "x_forwarded_host": "cdn.example.net"},
        {"host": ""},
        {},
    ],
    ids=str,
)
async def test_the_sites_own_host_is_not_logged(headers: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    await ask(make_auth(base_url="https://example.com"), **headers)
    assert caplog.records == []


async def test_a_host_is_not_logged_if_the_request_decides_the_site(caplog: pytest.LogCaptureFixture) -> None:
    await ask(make_auth(base_url=None, trust_host=True), host="any.example")
    assert caplog.records == []


async def test_any_number_of_forged_hosts_leaves_twenty_lines(caplog: pytest.LogCaptureFixture) -> None:
    auth = make_auth(base_url="https://example.com")
    for number in range(100):
        await ask(auth, host=f"{number}{'x' * 5000}\r\n\x1b.example")
    assert len(caplog.records) == 20
    assert all(record.getMessage().isprintable() and len(record.getMessage()) < 600 for record in caplog.records)
    assert "Further hosts are not logged" in caplog.messages[-1]


def test_the_host_is_known_without_reading_the_other_headers() -> None:
    scope = {"type": "http", "headers": [(b"Host", b"a.example"), (b"cookie", b"a=b")]}
    assert asgi_request(scope).host == "a.example"
    assert wsgi_request({"HTTP_HOST": "a.example"}).host == "a.example"
    assert Request("GET", "/", headers={"host": "a.example"}).host == "a.example"
    assert asgi_request({"type": "http", "headers": []}).host == ""
