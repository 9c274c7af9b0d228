"""Two cookies with one name, which a browser sends after a change of the cookie's domain or path."""

from __future__ import annotations

from itertools import product
from operator import itemgetter
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from starlette.responses import Response as StarletteResponse

from authwright import Auth, Callbacks, JWTOptions, SessionOptions
from authwright.http import Cookie, Request, Response
from authwright.testing import FakeIdP
from support.apps import make_auth
from support.browser import Browser, body_of, location_of
from support.provider import corp, to_provider

SESSION = "next-auth.session-token"
DOMAIN = {name: {"options": {"domain": "example.com"}} for name in ("session_token", "callback_url", "csrf_token")}
PASSWORD = {"username": "alice", "password": "wonderland"}
Pairs = list[tuple[str, str]]


def site(strategy: str = "jwt", **options: Any) -> Auth:
    """Return an ``Auth`` whose cookies have a domain."""
    return make_auth(strategy=strategy, cookies=DOMAIN, **options)


async def signed_in(auth: Auth) -> Pairs:
    """Return the session cookies of a new session."""
    browser = Browser(auth)
    await browser.sign_in(**PASSWORD)
    return [(name, value) for name, value in browser.cookies.items() if name.startswith(SESSION)]


def header_of(pairs: Pairs) -> str:
    return "; ".join(f"{name}={quote(value, safe='')}" for name, value in pairs)


async def get(auth: Auth, path: str, pairs: Pairs) -> Response:
    return await auth.handle(Request("GET", f"/api/auth{path}", headers={"cookie": header_of(pairs)}))


async def post(auth: Auth, path: str, pairs: Pairs, **fields: str) -> Response:
    browser = Browser(auth)
    body = urlencode({"csrfToken": await browser.csrf(), "json": "true", **fields}).encode()
    cookie = f"{header_of(pairs)}; {browser.cookie_header}"
    headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
    return await auth.handle(Request("POST", f"/api/auth{path}", headers=headers, body=body))


def removals(response: Response, prefix: str = SESSION) -> list[tuple[str, str | None]]:
    return [(one.name, one.domain) for one in response.cookies if one.max_age == 0 and one.name.startswith(prefix)]


def kept(response: Response) -> list[Cookie]:
    return [one for one in response.cookies if one.max_age != 0 and one.name.startswith(SESSION)]


STALE = ("garbage", "a.b.c.d.e", "x" * 3_000, "%00", "\u212a")


@pytest.mark.parametrize(("strategy", "stale", "first"), [*product(("jwt", "database"), STALE, (True, False))])
async def test_a_stale_cookie_does_not_hide_a_good_one(strategy: str, stale: str, first: bool) -> None:
    auth = site(strategy)
    good = await signed_in(auth)
    pairs = [(SESSION, stale), *good] if first else [*good, (SESSION, stale)]
    response = await get(auth, "/session", pairs)
    assert body_of(response)["user"]["name"] == "Alice"
    # The stale cookie is deleted, and the good one is renewed.
    assert removals(response) == [(SESSION, None)]
    assert [(one.name, one.domain) for one in kept(response)] == [(SESSION, "example.com")]
    request = Request("GET", "/", headers={"cookie": header_of(pairs)})
    assert await auth.get_server_session(request, StarletteResponse())
    assert await auth.get_token(request, raw=True) == good[0][1]
    assert bool(await auth.get_token(request)) == (strategy == "jwt")


async def test_the_session_that_was_renewed_last_counts(travel: Any) -> None:
    def jwt(token: Any, trigger: str | None = None, session: Any = None) -> Any:
        return {**token, "name": session} if trigger == "update" else token

    auth = site(callbacks=Callbacks(jwt=jwt))
    browser = Browser(auth)
    await browser.sign_in(**PASSWORD)
    old = browser.cookies[SESSION]
    travel(10)
    await browser.post_json("/session", {"csrfToken": await browser.csrf(), "data": "Alicia"})
    for pairs in (
        [(SESSION, old), (SESSION, browser.cookies[SESSION])],
        [(SESSION, browser.cookies[SESSION]), (SESSION, old)],
    ):
        assert body_of(await get(auth, "/session", pairs))["user"]["name"] == "Alicia"


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_if_no_cookie_is_valid_all_are_deleted(strategy: str) -> None:
    response = await get(site(strategy), "/session", [(SESSION, "one"), (SESSION, "two")])
    assert (body_of(response), removals(response)) == ({}, [(SESSION, None), (SESSION, "example.com")])


@pytest.mark.parametrize("strategy", ["jwt", "database"])
@pytest.mark.parametrize("count", [1, 2])
async def test_a_sign_out_leaves_no_cookie_and_no_session_behind(strategy: str, count: int) -> None:
    auth = site(strategy)
    sessions = [await signed_in(auth) for _ in range(count)]
    response = await post(auth, "/signout", [pair for pairs in sessions for pair in pairs])
    assert removals(response) == [(SESSION, None), (SESSION, "example.com")]
    mark = [(one.name, one.value) for one in response.cookies if one.name == "next-auth.signed-out"]
    for pairs in sessions:
        assert body_of(await get(auth, "/session", [*pairs, *mark])) == {}


async def test_a_new_sign_in_ends_every_session_that_the_browser_had() -> None:
    auth = site("database")
    sessions = [await signed_in(auth) for _ in range(2)]
    response = await post(auth, "/callback/credentials", [pair for pairs in sessions for pair in pairs], **PASSWORD)
    assert [(one.name, one.domain) for one in kept(response)] == [(SESSION, "example.com")]
    for pairs in sessions:
        assert body_of(await get(auth, "/session", pairs)) == {}


async def test_without_a_domain_only_one_cookie_is_deleted() -> None:
    auth = make_auth()
    assert removals(await post(auth, "/signout", await signed_in(auth))) == [(SESSION, None)]


async def test_a_cookie_with_the_default_path_is_deleted_too() -> None:
    auth = make_auth(cookies={"session_token": {"options": {"path": "/app", "domain": "example.com"}}})
    response = await post(auth, "/signout", await signed_in(auth))
    places = {(one.domain, one.path) for one in response.cookies if one.name == SESSION and one.max_age == 0}
    assert places == {(None, "/"), (None, "/app"), ("example.com", "/"), ("example.com", "/app")}


def large(size: int) -> Auth:
    callbacks = Callbacks(jwt=lambda token, user=None: {**token, "large": "x" * size} if user else token)
    return site(callbacks=callbacks, session=SessionOptions(max_cookie_size=None))


@pytest.mark.parametrize(("one", "other"), [*product((0, 4_000, 7_000, 10_000), repeat=2)])
async def test_chunks_of_two_tokens_do_not_spoil_each_other(one: int, other: int) -> None:
    auth = large(other)
    good, stale = await signed_in(auth), await signed_in(large(one))
    stale = [(name, value.replace("e", "f")) for name, value in stale]
    orders = [*good, *stale], [*stale, *good]
    for pairs in (*orders, *(sorted(pairs, key=itemgetter(0)) for pairs in orders)):
        response = await get(auth, "/session", pairs)
        assert body_of(response)["user"]["name"] == "Alice"
        left = {name for name, _ in pairs} - {cookie.name for cookie in kept(response)}
        assert left <= {name for name, _ in removals(response)}


@pytest.mark.parametrize("size", [3 * 3_933, 2 * 3_933])
async def test_a_leftover_chunk_behind_a_full_one_does_not_spoil_a_token(size: int) -> None:
    stored: dict[str, Any] = {}

    def encode(token: Any) -> str:
        text = f"{len(stored)}-".ljust(size, "x")
        stored[text] = token
        return text

    options = JWTOptions(encode=encode, decode=lambda token: stored.get(token))
    auth = site(jwt=options, session=SessionOptions(max_cookie_size=None))
    pairs = [*await signed_in(auth), (f"{SESSION}.{size // 3_933}", "leftover"), (f"{SESSION}.7", "leftover")]
    response = await get(auth, "/session", pairs)
    assert body_of(response)["user"]["name"] == "Alice"
    assert (f"{SESSION}.7", None) in removals(response)


async def test_a_request_with_many_cookies_of_one_name_costs_a_limited_number_of_look_ups() -> None:
    looked_up: list[str] = []

    def decode(token: str) -> None:
        looked_up.append(token)

    auth = make_auth(jwt=JWTOptions(encode=lambda token: "x", decode=decode), secret="one secret that is long enough")
    for pairs in (
        [(SESSION, str(i)) for i in range(2_000)],
        [(f"{SESSION}.{i % 100}", str(i)) for i in range(2_000)],
        [(f"{SESSION}.{i % 2}", "x" * 30 + str(i)) for i in range(1_000)],
    ):
        looked_up.clear()
        assert body_of(await get(auth, "/session", pairs)) == {}
        assert 0 < len(set(looked_up)) <= 8


async def test_a_stale_csrf_cookie_does_not_hide_a_good_one() -> None:
    auth = site()
    browser = Browser(auth)
    token = await browser.csrf()
    pairs = [("next-auth.csrf-token", "stale|hash"), ("next-auth.csrf-token", browser.cookies["next-auth.csrf-token"])]
    assert body_of(await get(auth, "/csrf", pairs)) == {"csrfToken": token}
    body = urlencode({"csrfToken": token, **PASSWORD}).encode()
    headers = {"cookie": header_of(pairs), "content-type": "application/x-www-form-urlencoded"}
    assert kept(await auth.handle(Request("POST", "/api/auth/callback/credentials", headers=headers, body=body)))


async def test_a_stale_check_cookie_does_not_hide_a_good_one() -> None:
    idp = FakeIdP("http://localhost:4000")
    names = ("state", "pkce_code_verifier", "nonce")
    cookies = {name: {"options": {"domain": "example.com"}} for name in names}
    auth = make_auth(providers=[corp(idp)], cookies=cookies)
    browser = Browser(auth)
    callback = idp.sign_in(await to_provider(browser), "alice")
    checks = [
        (name, value) for name, value in browser.cookies.items() if name.split(".")[1] in ("state", "pkce", "nonce")
    ]
    pairs = [(name, "stale") for name, _ in checks] + checks
    query = callback.partition("?")[2]
    response = await auth.handle(
        Request("GET", "/api/auth/callback/corp", query=query, headers={"cookie": header_of(pairs)})
    )
    assert kept(response)
    assert {domain for _, domain in removals(response, "next-auth.state")} == {None, "example.com"}
    assert "error" not in location_of(response)
