"""``trust_host``: the headers of a proxy name the site, and no value of them makes the app's own endpoints fail."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright import Auth
from authwright.errors import BadRequest
from authwright.http import Response
from authwright.types import User
from support.apps import make_auth
from support.browser import Browser

HOST = "app.example"
ODD_HOSTS = [
    "example.com.",
    "",
    " ",
    "_",
    "a b",
    "evil\\@good",
    "a@b",
    "[::1",
    "a:99999",
    "a.example, b.example",
    "h\xe9",
]
ODD_PROTOS = ["ftp", "https:", "http, https", "https\x00", "javascript"]
ODD_PREFIXES = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "shop",
    "/a?b",
    "/a#b",
    "/a/../b",
    "/a, /b",
]
ODD_PREFIXES += ["/%2e%2e/b", "/%2Fevil.example", "/a\tb", "/a\nb", "/%0d%0aSet-Cookie:x", "/h\xe9"]
ODD = [("host", value) for value in ODD_HOSTS] + [("x-forwarded-host", value) for value in ODD_HOSTS if value.strip()]
ODD += [("x-forwarded-proto", value) for value in ODD_PROTOS] + [
    ("x-forwarded-prefix", value) for value in ODD_PREFIXES
]


def trusting(**options: Any) -> Auth:
    return make_auth(base_url=None, trust_host=True, **options)


def scope_of(headers: dict[str, str], kind: str = "http", scheme: str = "http", path: str = "/me") -> dict[str, Any]:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": kind, "scheme": scheme, "path": path, "query_string": b"", "headers": encoded}


async def signed_in(auth: Auth, proto: str = "http") -> Browser:
    browser = Browser(auth, headers={"host": HOST, "x-forwarded-proto": proto})
    await browser.sign_in(username="alice", password="wonderland")
    return browser


@pytest.mark.parametrize(
    ("scheme", "proto"),
    [
        ("http", None),
        ("ws", None),
        ("ws", "http"),
        ("ws", "ws"),
        ("http", "HTTP"),
        ("http", ""),
        ("ws", " "),
        ("WS", None),
    ],
)
@pytest.mark.parametrize("secure", [False, True])
async def test_every_spelling_of_a_scheme_finds_the_session(scheme: str, proto: str | None, secure: bool) -> None:
    auth = trusting()
    browser = await signed_in(auth, "https" if secure else "http")
    scheme = scheme.lower().replace("http", "https").replace("ws", "wss") if secure else scheme
    forwarded = (
        proto.replace("http", "https").replace("HTTP", "HTTPS").replace("ws", "wss") if proto and secure else proto
    )
    headers = {"host": HOST, "cookie": browser.cookie_header}
    headers |= {} if forwarded is None else {"x-forwarded-proto": forwarded}
    scope = scope_of(headers, "websocket", scheme)
    assert (await auth.get_server_session(scope) or {}).get("user") == {
        "name": "Alice",
        "email": "alice@example.com",
        "image": None,
    }
    assert await auth.get_token(scope)
    assert auth.base_path_of(scope) == "/api/auth"


@pytest.mark.parametrize(("name", "value"), ODD)
async def test_an_odd_header_means_signed_out_and_is_logged(
    name: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    auth = trusting()
    browser = await signed_in(auth)
    scope = scope_of({"host": HOST, "x-forwarded-proto": "http", "cookie": browser.cookie_header} | {name: value})
    assert await auth.get_server_session(scope) is None
    [record] = caplog.records
    assert "[TRUST_HOST]" in record.message
    assert await auth.get_token(scope) is None
    assert await auth.get_token(scope, raw=True) is None
    assert await auth.update_session(scope, {}, Response()) is None
    with pytest.raises(BadRequest):
        await auth.sign_in_user(scope, User(id="1"), Response())
    assert "evil" not in urlsplit(auth.sign_in_url(scope)).netloc


@pytest.mark.parametrize(("name", "value"), ODD)
@pytest.mark.parametrize("trust_host", [False, True])
async def test_with_a_base_url_odd_headers_change_nothing(name: str, value: str, trust_host: bool) -> None:
    auth = make_auth(trust_host=trust_host)
    scope = scope_of({"host": HOST, "cookie": (await signed_in(auth)).cookie_header} | {name: value})
    assert await auth.get_server_session(scope)
    assert auth.sign_in_url(scope) == "http://localhost:3000/api/auth/signin?callbackUrl=%2Fme"


@pytest.mark.parametrize("proto", ["http", "https"])
async def test_a_mapping_of_cookies_needs_no_host(proto: str) -> None:
    auth = trusting()
    browser = await signed_in(auth, proto)
    assert await auth.get_server_session(browser.cookies)
    assert await auth.get_token(browser.cookies)
    assert await auth.get_server_session({}) is None


async def test_in_a_mapping_of_cookies_from_an_https_site_only_the_prefixed_names_count() -> None:
    auth = trusting()
    secure, plain = await signed_in(auth, "https"), await signed_in(auth, "http")
    del secure.cookies["__Secure-next-auth.session-token"]
    assert await auth.get_server_session(plain.cookies | secure.cookies) is None


values = st.sampled_from(
    ["", "/", "//evil.example", "/\\evil", "ws", "HTTPS", "app.example", "..", "%2f", "?", "#", "@", ","]
)
hostile = st.lists(values | st.text(st.characters(codec="latin-1"), max_size=3), max_size=4).map("".join)


@given(hostile, hostile, hostile, hostile, st.sampled_from(["/", "//evil.example", "/shop/me", "/\\evil.example"]))
async def test_no_header_leads_to_another_site(host: str, forwarded: str, proto: str, prefix: str, path: str) -> None:
    headers = {"host": host, "x-forwarded-host": forwarded, "x-forwarded-proto": proto, "x-forwarded-prefix": prefix}
    scope = scope_of(headers, path=path)
    for auth, allowed in ((_FIXED, {"localhost:3000"}), (_TRUSTING, {host.strip(), forwarded.strip(), ""})):
        await auth.get_server_session(scope)
        url = urlsplit(auth.sign_in_url(scope))
        assert url.netloc in {one.lower() for one in allowed}
        assert not url.path.startswith("//")
        assert not auth.base_path_of(scope).startswith("//")
        back = parse_qs(url.query)["callbackUrl"][0]
        assert back.startswith("/")
        assert not back.startswith(("//", "/\\"))


_FIXED, _TRUSTING = make_auth(), trusting()
