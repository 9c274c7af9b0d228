"""Signing out."""

from typing import Any

from authwright import Auth, Events, Pages
from support.apps import ALICE, BASE_URL, ORIGIN, make_auth
from support.browser import Browser, body_of, location_of


async def test_signing_out_ends_the_session_and_redirects_to_the_callback_url(alice: Browser) -> None:
    response = await alice.sign_in("/signout", callbackUrl="/bye")
    assert (response.status, body_of(response)) == (200, {"url": f"{ORIGIN}/bye"})
    assert await alice.session() == {}


async def test_a_kept_cookie_of_an_ended_database_session_is_refused() -> None:
    browser = Browser(make_auth(strategy="database"))
    await browser.sign_in(username="alice", password="wonderland")
    kept = dict(browser.cookies)
    await browser.sign_out()
    assert await browser.auth.get_server_session(kept) is None


async def test_signing_out_needs_a_verified_csrf_token(alice: Browser) -> None:
    response = await alice.post("/signout", {"csrfToken": "x"})
    assert location_of(response) == f"{BASE_URL}/signout?csrf=true"
    assert (await alice.session())["user"]["name"] == "Alice"


async def test_the_event_receives_the_session_that_ended() -> None:
    seen: list[Any] = []
    for strategy in ("jwt", "database"):
        events = Events(sign_out=lambda token=None, session=None: seen.append((token, session)))
        browser = Browser(make_auth(strategy=strategy, events=events))
        await browser.sign_in(username="alice", password="wonderland")
        await browser.sign_out()
    (token, nothing), (nothing_either, row) = seen
    assert (token["sub"], nothing, nothing_either) == (ALICE["id"], None, None)
    assert row.provider == "credentials"


async def test_signing_out_without_a_session_redirects_as_usual(browser: Browser) -> None:
    assert location_of(await browser.sign_out()) == ORIGIN


async def test_the_page_asks_for_confirmation_before_signing_out(app: Auth) -> None:
    response = await Browser(app).get("/signout")
    assert (response.status, b'action="http://localhost:3000/api/auth/signout"' in response.body) == (200, True)


async def test_the_apps_own_page_is_used() -> None:
    browser = Browser(make_auth(pages=Pages(sign_out="/bye")))
    assert location_of(await browser.get("/signout")) == "/bye"
