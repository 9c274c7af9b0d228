"""The base URL of the REST API: one rule for the server, for its environment variables, and for the native client."""

from __future__ import annotations

import json
import subprocess

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright.base_url import BaseURL, origin_of
from authwright.client import AsyncAuthClient, AuthClient
from authwright.errors import ConfigurationError
from authwright.options import find_base_url
from authwright.testing import Outbox
from support.apps import make_auth
from support.browser import Browser

KOREAN = "https://xn--bj0bj3i97fq8o5lq.xn--3e0b707e"

VALID = {
    "example.com": "https://example.com/api/auth",
    "//example.com": "https://example.com/api/auth",
    "localhost:3000": "https://localhost:3000/api/auth",
    "example.com:3000/auth": "https://example.com:3000/auth",
    "httpbin.example.com": "https://httpbin.example.com/api/auth",
    "HTTPS://Example.COM:443/Auth/": "https://example.com/Auth",
    "http://10.0.0.1:80//": "http://10.0.0.1/api/auth",
    " https://example.com\n": "https://example.com/api/auth",
    "https://example.com/?#": "https://example.com/api/auth",
    "http://auth_service:8080": "http://auth_service:8080/api/auth",
    "[::1]:3000": "https://[::1]:3000/api/auth",
    "http://[0:0:0:0:0:0:0:1]": "http://[::1]/api/auth",
    "https://한글도메인.한국": f"{KOREAN}/api/auth",
    "한글도메인。한국/auth": f"{KOREAN}/auth",
    "https://XN--BJ0BJ3I97FQ8O5LQ.xn--3e0b707e": f"{KOREAN}/api/auth",
    "https://xn--53h.example": "https://xn--53h.example/api/auth",
    "https://faß.de": "https://xn--fa-hia.de/api/auth",
    "https://раypal.example": "https://xn--ypal-43d9g.example/api/auth",
    "https://example.com/내 앱/auth": "https://example.com/%EB%82%B4%20%EC%95%B1/auth",
    "https://example.com/a%20b": "https://example.com/a%20b",
}
INVALID = [
    "http:/example.com",
    "https:example.com",
    "http:\\\\example.com",
    "http:///example.com",
    "https://",
    "https//example.com",
    "https://https://example.com",
    "ftp://example.com",
    "ftp:example.com",
    "javascript:alert(1)",
    "//a://b",
    '"https://example.com"',
    "'https://example.com'",
    "https://alice:hunter2@example.com",
    "alice:hunter2@example.com",
    "https://example.com?a",
    "example.com/auth#b",
    "https://exam ple.com",
    "https://exa\tmple.com",
    "https://example.com\\auth",
    "https://example.com/a\nb",
    "https://example.com.",
    "https://ex%61mple.com",
    "https://example.com:99999",
    "https://example.com:port",
    "https://example.com::",
    "http://::1",
    "http://fe80::1:3000",
    "http://[::1",
    "http://[fe80::1%25eth0]",
    "http://127.1",
    "http://2130706433",
    "https://xn--.example",
    "https://xn--a.example",
    "https://xn--zzzzzz9.example",
    "https://\ud800.example",
    "https://example.com／.evil.example",
    "https://example.com//auth",
    "https://example.com/a/../b",
    "https://example.com/%2e%2e/b",
]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEXTAUTH_URL", "NEXTAUTH_URL_INTERNAL", "AUTH_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("value", "url"), VALID.items(), ids=ascii)
def test_server_and_client_read_the_same_url(value: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_base_url(value)
    monkeypatch.setenv("NEXTAUTH_URL", value)
    from_environment = find_base_url(None)
    assert {found and found.url, from_environment and from_environment.url, AuthClient().api.base_url} == {url}
    assert AuthClient(value).api.base_url == url


@pytest.mark.parametrize("value", INVALID, ids=ascii)
def test_server_and_client_refuse_the_same_values_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = set()
    for read in (find_base_url, AuthClient):
        with pytest.raises(ConfigurationError, match=r"^base_url: the value of base_url ") as refused:
            read(value)
        messages.add(str(refused.value))
    assert len(messages) == 1
    message = messages.pop()
    assert "hunter2" not in message
    assert ".. Use" not in message


def test_the_error_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_URL", "http:/example.com")
    for read in (find_base_url, AuthClient):
        with pytest.raises(ConfigurationError, match="the value of AUTH_URL is not an http"):
            read(None)


def test_a_blank_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTAUTH_URL", " ")
    assert find_base_url(None) is None
    assert AuthClient().api.base_url == "http://localhost:3000/api/auth"


@pytest.mark.parametrize("value", [5, b"https://example.com", httpx2.URL("https://example.com")], ids=repr)
def test_a_base_url_that_is_not_a_string_is_refused_by_its_type(value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"^base_url: the value is a {type(value).__name__}, not a string"):
        find_base_url(value)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^base_url must be a URL"):
        AuthClient(value)  # type: ignore[arg-type]


@given(st.text() | st.text("htps:/.@[]%#?\\ xn-한é0127"))
def test_any_text_is_refused_or_has_a_plain_origin(text: str) -> None:
    try:
        base = BaseURL.parse(text)
    except ValueError:
        return
    assert origin_of(base.url) == base.origin
    assert base.url.isascii()
    assert BaseURL.parse(base.url) == base


@pytest.mark.contract
def test_node_reads_every_valid_url_in_the_same_way() -> None:
    values = {value: url for value, url in VALID.items() if value.startswith("http") and ".example.com" not in value}
    program = "console.log(JSON.stringify(JSON.parse(process.argv[1]).map((url) => new URL(url).origin)))"
    command = ["node", "-e", program, json.dumps([*values])]
    origins = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert origins == [BaseURL.parse(url).origin for url in values.values()]


async def test_a_site_with_a_korean_host_signs_in_through_the_client() -> None:
    auth = make_auth(base_url="https://한글도메인.한국")
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(auth.asgi))
    async with AsyncAuthClient("https://한글도메인.한국", http_client=http) as client:
        result = await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")
        assert (result.ok, result.url) == (True, KOREAN)
        session = await client.get_session()
        assert session is not None
        assert (await client.request("GET", "https://한글도메인.한국/api/auth/csrf")).status_code == 200


async def test_the_link_in_a_mail_has_the_a_label(outbox: Outbox) -> None:
    await Browser(make_auth(outbox, base_url="https://한글도메인.한국")).sign_in("/signin/email", email="a@example.com")
    assert outbox.links[0].startswith(f"{KOREAN}/api/auth/callback/email?")


@pytest.mark.parametrize("path", ["/내 앱/auth", "/a b", "/café", "/日本/api/auth"])
async def test_a_base_path_may_contain_blanks_and_other_scripts(path: str) -> None:
    base = f"http://localhost:3000{path}"
    auth = make_auth(base_url=base)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(auth.asgi))
    for client in (AsyncAuthClient(base, http_client=http), AsyncAuthClient(base_path=path, http_client=http)):
        await client.sign_in("credentials", redirect=False, username="alice", password="wonderland")
        assert await client.get_session() is not None
        assert (await client.sign_out(redirect=False))["url"] == "http://localhost:3000"
    page = await Browser(auth, base_path=auth.base_path).get("/signin", accept="text/html")
    assert f'action="{auth.base_path}/callback/credentials"' in page.body.decode().replace("http://localhost:3000", "")
