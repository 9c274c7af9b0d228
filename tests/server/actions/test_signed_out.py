"""A sign-out is final, even if a response that was still on its way sets the session cookie again."""

from __future__ import annotations

import time
from collections.abc import Callable
from os import urandom
from typing import Any

import pytest
from starlette.responses import Response

from authwright import Auth, Callbacks, JWTOptions, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.revocation import MemoryRevocation
from authwright.server.protocol import tokens
from authwright.types import User
from support.apps import BASE_URL, SECRET, make_auth
from support.browser import Browser, location_of

ALICE = {"username": "alice", "password": "wonderland"}
SESSION, MARK = "next-auth.session-token", "next-auth.signed-out"


async def signed_in(auth: Auth) -> Browser:
    browser = Browser(auth)
    await browser.sign_in(**ALICE)
    return browser


def restore(browser: Browser, cookies: dict[str, str]) -> None:
    """Set the session cookies in *cookies* again, as a late response does."""
    browser.cookies |= {name: value for name, value in cookies.items() if name.startswith(SESSION)}


async def polled(browser: Browser) -> dict[str, str]:
    """Poll the session and return the cookies of the response, without setting them in *browser* yet."""
    late = Browser(browser.auth)
    late.cookies = dict(browser.cookies)
    assert await late.session()
    return late.cookies


async def test_a_poll_response_that_arrives_after_the_sign_out_restores_nothing(alice: Browser) -> None:
    late = await polled(alice)
    await alice.sign_out()
    restore(alice, late)
    assert await alice.session() == {}
    assert SESSION not in alice.cookies


@pytest.mark.parametrize("method", ["get_server_session", "get_token"])
async def test_no_server_side_method_accepts_a_restored_session(method: str) -> None:
    auth = make_auth()
    browser = await signed_in(auth)
    late = await polled(browser)
    await browser.sign_out()
    restore(browser, late)
    assert await getattr(auth, method)(browser.cookies) is None


@pytest.mark.parametrize("renew_with_callback", [False, True])
async def test_the_mark_identifies_the_session_after_any_number_of_renewals(renew_with_callback: bool) -> None:
    callbacks = Callbacks(jwt=lambda token: {"sub": token["sub"]}) if renew_with_callback else None
    browser = await signed_in(make_auth(callbacks=callbacks))
    first = dict(browser.cookies)
    for _ in range(3):
        await browser.session()
    await browser.sign_out()
    restore(browser, first)
    assert await browser.session() == {}


async def test_a_session_from_node_is_still_identified_by_its_jti_after_renewal() -> None:
    browser = Browser(make_auth())
    claims = {"name": "Alice", "email": "alice@example.com", "sub": "1"}
    token = tokens.encode(claims, SECRET, max_age=3600, now=time.time(), random=urandom)
    browser.cookies = {SESSION: token}
    before = dict(browser.cookies)
    assert await browser.session()
    assert browser.cookies[SESSION] != token
    await browser.sign_out()
    restore(browser, before)
    assert await browser.session() == {}


async def test_a_session_replaced_by_a_new_sign_in_cannot_be_restored(app: Auth) -> None:
    browser = await signed_in(app)
    late = await polled(browser)
    await browser.sign_in(**ALICE)
    replaced = dict(browser.cookies)
    restore(browser, late)
    assert await browser.session() == {}
    browser.cookies = replaced
    assert await browser.session()


async def test_a_new_sign_in_is_never_refused(app: Auth) -> None:
    browser = Browser(app)
    for _ in range(12):
        await browser.sign_in(**ALICE)
        assert await browser.session()
        await browser.sign_out()


async def test_each_of_several_ended_sessions_stays_ended() -> None:
    browser = await signed_in(make_auth())
    kept = []
    for _ in range(3):
        kept.append(await polled(browser))
        await browser.sign_out()
        await browser.sign_in(**ALICE)
    for late in kept:
        restore(browser, late)
        assert await browser.session() == {}


async def test_the_mark_lasts_for_two_minutes(travel: Callable[[float], None]) -> None:
    browser = await signed_in(make_auth())
    late = await polled(browser)
    response = await browser.sign_out()
    (mark,) = [cookie for cookie in response.cookies if cookie.name == MARK]
    assert (mark.max_age, mark.http_only) == (120, True)
    travel(119)
    restore(browser, late)
    assert await browser.session() == {}


async def test_on_https_no_sibling_subdomain_can_set_the_mark() -> None:
    browser = await signed_in(make_auth(base_url="https://site.example/api/auth"))
    await browser.sign_out()
    assert f"__Host-{MARK}" in browser.cookies


@pytest.mark.parametrize("value", ["", "x", "a.b.c.d.e", "\u212a"])
async def test_an_unreadable_mark_ends_no_session(alice: Browser, value: str) -> None:
    alice.cookies[MARK] = value
    assert await alice.session()


async def test_the_mark_is_set_even_if_the_store_fails_at_sign_out() -> None:
    class Down(MemoryRevocation):
        async def revoke(self, *_: object) -> None:
            raise ConnectionError

    browser = await signed_in(make_auth(session=SessionOptions(strategy="jwt", revocation=Down())))
    late = await polled(browser)
    await browser.sign_out()
    restore(browser, late)
    assert await browser.session() == {}


async def test_a_token_in_the_apps_own_format_is_marked_too() -> None:
    stored: dict[str, dict[str, Any]] = {}

    def encode(token: dict[str, Any]) -> str:
        stored[f"token-{len(stored)}"] = token
        return f"token-{len(stored) - 1}"

    browser = await signed_in(make_auth(jwt=JWTOptions(encode=encode, decode=lambda token: stored.get(token))))
    late = await polled(browser)
    await browser.sign_out()
    restore(browser, late)
    assert await browser.session() == {}


async def test_sign_in_user_marks_the_previous_session() -> None:
    auth = make_auth(adapter=MemoryAdapter())
    browser, response = await signed_in(auth), Response()
    bob = await auth.adapter.create_user(User(id="", name="Bob"))
    await auth.sign_in_user(browser.cookies, bob, response)
    assert any(MARK in value for name, value in response.headers.items() if name == "set-cookie")


async def test_signing_out_without_a_session_sets_no_mark() -> None:
    browser = Browser(make_auth())
    assert location_of(await browser.sign_out()) == BASE_URL.removesuffix("/api/auth")
    assert MARK not in browser.cookies


async def test_an_update_that_grows_the_token_during_a_poll_does_not_sign_the_user_out() -> None:
    def jwt(token: Any, trigger: str | None = None, session: Any = None) -> Any:
        return {**token, "notes": session["notes"]} if trigger == "update" else token

    browser = await signed_in(make_auth(callbacks=Callbacks(jwt=jwt), session=SessionOptions(strategy="jwt")))
    for size in (3000, 5000):
        late = await polled(browser)
        update = {"csrfToken": await browser.csrf(), "data": {"notes": "n" * size}}
        assert (await browser.post_json("/session", update)).status == 200
        restore(browser, late)
        assert (await browser.session())["user"]["name"] == "Alice"
