"""GET and POST /session."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from authwright import Auth, Callbacks, Events, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.http import Cookie, Response
from authwright.testing import Outbox
from authwright.types import JWT
from support.apps import SECRET, make_auth
from support.browser import Browser, body_of

SESSION = "next-auth.session-token"
NO_STORE = {"cache-control": "private, no-cache, no-store", "pragma": "no-cache", "expires": "0"}


def session_cookie(response: Response) -> Cookie:
    return next(cookie for cookie in response.cookies if cookie.name == SESSION)


async def test_an_anonymous_visitor_gets_an_empty_object_that_is_never_cached(browser: Browser) -> None:
    response = await browser.get("/session")
    assert (response.status, body_of(response)) == (200, {})
    assert {name: response.header(name) for name in NO_STORE} == NO_STORE


async def test_the_body_and_the_cookie_have_the_same_expiry(alice: Browser) -> None:
    response = await alice.get("/session")
    expires = datetime.fromisoformat(body_of(response)["expires"]).timestamp()
    assert session_cookie(response).expires == pytest.approx(expires, abs=0.001)


async def test_using_a_session_extends_it(alice: Browser, travel: Callable[[float], None]) -> None:
    for _ in range(4):
        travel(20 * 86400)
        assert (await alice.session())["user"]["name"] == "Alice"


async def test_an_unused_session_expires(alice: Browser, travel: Callable[[float], None]) -> None:
    travel(30 * 86400 + 16)
    assert await alice.session() == {}
    assert SESSION not in alice.cookies


async def test_an_unreadable_cookie_is_removed(browser: Browser) -> None:
    for garbage in ("garbage", "a.b.c.d.e", "é", "x" * 5000):
        browser.cookies[SESSION] = garbage
        response = await browser.get("/session")
        assert (body_of(response), session_cookie(response).serialize()) == (
            {},
            f"{SESSION}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax",
        )


async def test_update_passes_the_clients_data_to_the_jwt_callback() -> None:
    def jwt(token: JWT, trigger: str | None = None, session: Any = None) -> JWT:
        if trigger == "update" and isinstance(session, dict):
            token["name"] = session["name"]
        return token

    browser = Browser(make_auth(callbacks=Callbacks(jwt=jwt)))
    await browser.sign_in(username="alice", password="wonderland")
    update = {"csrfToken": await browser.csrf(), "data": {"name": "Alice Liddell"}}
    response = await browser.post_json("/session", update)
    assert body_of(response)["user"]["name"] == "Alice Liddell"
    assert (await browser.session())["user"]["name"] == "Alice Liddell"


async def test_update_passes_the_clients_data_to_the_session_callback_with_database_sessions() -> None:
    seen = []
    auth = make_auth(
        strategy="database", callbacks=Callbacks(session=lambda **values: seen.append(values) or values["session"])
    )
    browser = Browser(auth)
    await browser.sign_in(username="alice", password="wonderland")
    await browser.post_json("/session", {"csrfToken": await browser.csrf(), "data": [1]})
    assert (seen[0]["trigger"], seen[0]["new_session"], seen[0]["user"].name) == ("update", [1], "Alice")


async def test_update_without_the_csrf_token_is_refused(alice: Browser) -> None:
    response = await alice.post_json("/session", {"csrfToken": "x", "data": {"name": "Eve"}})
    assert (response.status, body_of(response)) == (400, {})


async def test_the_session_callback_decides_what_the_browser_sees(outbox: Outbox) -> None:
    def session(session: dict[str, Any], token: JWT) -> dict[str, Any]:
        return {**session, "role": token["sub"]}

    browser = Browser(make_auth(callbacks=Callbacks(session=session)))
    await browser.sign_in(username="alice", password="wonderland")
    assert (await browser.session())["role"] == "1"


@pytest.mark.parametrize("callback", ["jwt", "session"])
async def test_a_failing_callback_shows_no_session_but_keeps_the_cookie(callback: str) -> None:
    broken = [False]

    def maybe(value: Any) -> Any:
        if broken[0]:
            raise RuntimeError("no")
        return value

    browser = Browser(make_auth(callbacks=Callbacks(**{callback: maybe})))
    await browser.sign_in(username="alice", password="wonderland")
    broken[0] = True
    assert await browser.session() == {}
    broken[0] = False
    assert (await browser.session())["user"]["name"] == "Alice"


async def test_a_jwt_callback_that_returns_none_ends_the_session() -> None:
    callback: list[Any] = [lambda token: token]
    browser = Browser(make_auth(callbacks=Callbacks(jwt=lambda token: callback[0](token))))
    await browser.sign_in(username="alice", password="wonderland")
    callback[0] = lambda token: None
    assert await browser.session() == {}
    assert SESSION not in browser.cookies


def circle() -> dict[str, Any]:
    session: dict[str, Any] = {}
    session["session"] = session
    return session


@pytest.mark.parametrize(
    "value", [{"when": datetime.now()}, {"number": float("nan")}, circle()], ids=["type", "nan", "circle"]
)
async def test_a_callback_that_returns_invalid_json_shows_no_session(value: dict[str, Any]) -> None:
    browser = Browser(make_auth(callbacks=Callbacks(session=lambda session: value)))
    await browser.sign_in(username="alice", password="wonderland")
    assert await browser.session() == {}


async def test_reading_the_session_emits_the_session_event() -> None:
    seen = []
    browser = Browser(make_auth(events=Events(session=lambda session, token: seen.append((session, token)))))
    await browser.sign_in(username="alice", password="wonderland")
    await browser.session()
    assert [(session["user"]["name"], token["sub"]) for session, token in seen] == [("Alice", "1")]


class CountingAdapter(MemoryAdapter):
    writes = 0

    async def update_session(self, session_token: str, expires: datetime) -> Any:
        self.writes += 1
        return await super().update_session(session_token, expires)


async def test_update_age_throttles_writes_to_the_database(travel: Callable[[float], None]) -> None:
    adapter = CountingAdapter()
    browser = Browser(make_auth(adapter=adapter, session=SessionOptions(strategy="database", update_age=3600)))
    await browser.sign_in(username="alice", password="wonderland")
    for seconds in (0, 1800, 1800, 1800, 1800):
        travel(seconds)
        await browser.session()
    assert adapter.writes == 2


async def test_a_long_token_is_split_over_several_cookies_until_it_shrinks() -> None:
    size = [9000]
    callbacks = Callbacks(jwt=lambda token: {**token, "more": "x" * size[0]})
    session = SessionOptions(strategy="jwt", max_cookie_size=None)
    browser = Browser(make_auth(callbacks=callbacks, session=session))
    await browser.sign_in(username="alice", password="wonderland")
    chunks = {name for name in browser.cookies if name.startswith(SESSION)}
    assert chunks == {f"{SESSION}.{i}" for i in range(len(chunks))}
    assert len(chunks) > 2
    size[0] = 10
    assert (await browser.session())["user"]["name"] == "Alice"
    assert {name for name in browser.cookies if name.startswith(SESSION)} == {SESSION}


async def test_a_session_survives_a_change_of_the_secret(alice: Browser, app: Auth) -> None:
    if app._context.has_database_sessions:
        return
    alice.auth = make_auth(secret=["the new secret, which is long enough", SECRET])
    assert (await alice.session())["user"]["name"] == "Alice"
    alice.auth = make_auth(secret="the new secret, which is long enough")
    assert (await alice.session())["user"]["name"] == "Alice"
