"""Server-side sessions, and options that are refused at construction."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from authwright import Auth, Callbacks, Events, JWTOptions, Pages, SessionOptions, Theme
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError
from authwright.http import Response
from authwright.providers import Credentials, Email
from authwright.testing import Outbox
from support.apps import SECRET, make_auth
from support.browser import Browser

SESSION = "next-auth.session-token"


class FrameworkResponse:
    """The response of a framework, with the methods for setting cookies."""

    def __init__(self) -> None:
        self.headers = self
        self.set_cookies: list[str] = []

    def append(self, name: str, value: str) -> None:
        assert name == "Set-Cookie"
        self.set_cookies.append(value)


def cookie_header(browser: Browser) -> str:
    return "; ".join(f"{name}={quote(value, safe='')}" for name, value in browser.cookies.items())


async def test_the_session_is_read_from_any_kind_of_request(alice: Browser) -> None:
    header = cookie_header(alice)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", header.encode())]}
    environ = {"REQUEST_METHOD": "GET", "HTTP_COOKIE": header, "PATH_INFO": "/"}
    starlette_like = type("Request", (), {"scope": scope})()
    flask_like = type("Request", (), {"environ": environ})()
    django_like = type("Request", (), {"META": environ})()
    for request in (scope, environ, starlette_like, flask_like, django_like, alice.cookies):
        session = await alice.auth.get_server_session(request)
        assert session is not None
        assert session["user"]["name"] == "Alice"


async def test_a_value_that_is_not_a_request_is_refused(app: Auth) -> None:
    with pytest.raises(TypeError, match="int"):
        await app.get_server_session(7)


async def test_the_session_is_renewed_only_if_a_response_is_passed(alice: Browser) -> None:
    response = FrameworkResponse()
    await alice.auth.get_server_session(alice.cookies)
    await alice.auth.get_server_session(alice.cookies, response)
    assert [cookie.partition("=")[0] for cookie in response.set_cookies] == [SESSION]


async def test_our_own_response_receives_cookies_too(alice: Browser) -> None:
    response = Response()
    await alice.auth.get_server_session(alice.cookies, response)
    assert [cookie.name for cookie in response.cookies] == [SESSION]


async def test_the_response_removes_an_invalid_cookie(app: Auth) -> None:
    response = FrameworkResponse()
    assert await app.get_server_session({SESSION: "garbage"}, response) is None
    assert response.set_cookies[0].startswith(f"{SESSION}=; Max-Age=0;")


async def test_the_token_is_read_from_the_cookie_or_the_bearer_header() -> None:
    browser = Browser(make_auth())
    await browser.sign_in(username="alice", password="wonderland")
    raw = await browser.auth.get_token(browser.cookies, raw=True)
    assert raw == browser.cookies[SESSION]
    scope = {"type": "http", "headers": [(b"authorization", f"Bearer {raw}".encode())]}
    for request in (browser.cookies, scope):
        token = await browser.auth.get_token(request)
        assert token is not None
        assert token["sub"] == "1"


@pytest.mark.parametrize("header", ["Bearer", "Bearer %", "bearer x", "Basic eDp5", "Bearer \xff"])
async def test_a_header_without_a_token_gives_none(header: str) -> None:
    scope = {"type": "http", "headers": [(b"authorization", header.encode("latin-1"))]}
    assert await make_auth().get_token(scope) is None


async def test_the_session_is_updated_on_the_server_side() -> None:
    def jwt(token: dict[str, Any], session: Any = None) -> dict[str, Any]:
        return token | (session or {})

    browser = Browser(make_auth(callbacks=Callbacks(jwt=jwt)))
    await browser.sign_in(username="alice", password="wonderland")
    response = FrameworkResponse()
    session = await browser.auth.update_session(browser.cookies, {"name": "A. Liddell"}, response)
    assert session is not None
    assert session["user"]["name"] == "A. Liddell"
    assert response.set_cookies[0].startswith(f"{SESSION}=ey")


def test_the_synchronous_methods_return_the_same() -> None:
    auth = make_auth(strategy="database")
    browser = Browser(auth)
    from authwright.server.runtime import blocking

    blocking.run(browser.sign_in(username="alice", password="wonderland"), "sign_in")
    session = auth.get_server_session_sync(browser.cookies)
    assert session is not None
    assert session["user"]["name"] == "Alice"
    assert auth.get_token_sync(browser.cookies, raw=True) == browser.cookies[SESSION]
    assert auth.update_session_sync(browser.cookies, {}, FrameworkResponse()) is not None


async def test_a_synchronous_call_in_an_event_loop_names_the_asynchronous_method(app: Auth) -> None:
    with pytest.raises(RuntimeError, match="await get_server_session"):
        app.get_server_session_sync({})


async def test_the_jwt_options_replace_the_encoding_of_tokens() -> None:
    def encode(token: dict[str, Any], secret: str, max_age: int) -> str:
        return f"{secret[:1]}-{max_age}-{token['sub']}"

    def decode(token: str) -> dict[str, Any] | None:
        return {"sub": token.split("-")[2], "name": "N"} if token.startswith("a-60-") else None

    browser = Browser(make_auth(jwt=JWTOptions(max_age=60, encode=encode, decode=decode)))
    await browser.sign_in(username="alice", password="wonderland")
    assert browser.cookies[SESSION] == "a-60-1"
    assert (await browser.session())["user"]["name"] == "N"
    browser.cookies[SESSION] = "b"
    assert await browser.session() == {}


async def test_cookies_can_be_renamed_and_given_a_domain() -> None:
    auth = make_auth(cookies={"session_token": {"name": "sid", "options": {"domain": "example.com"}}})
    browser = Browser(auth)
    response = await browser.sign_in(username="alice", password="wonderland")
    header = next(cookie.serialize() for cookie in response.cookies if cookie.name == "sid")
    assert "; Domain=example.com; Path=/; Expires=" in header
    assert header.endswith("; HttpOnly; SameSite=Lax")


def test_an_auth_without_connections_can_be_closed() -> None:
    auth = make_auth(Outbox())
    asyncio.run(auth.aclose())


class Without(MemoryAdapter):
    """An adapter that lacks the method *name*."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._lacks = name

    def __getattribute__(self, name: str) -> Any:
        if name == super().__getattribute__("__dict__").get("_lacks"):
            raise AttributeError(name)
        return super().__getattribute__(name)


REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("secret", lambda: Auth(secret="", providers=[])),
    ("secret", lambda: Auth(secret=[SECRET, ""], providers=[])),
    ("base_url", lambda: make_auth(base_url="ftp://example.com")),
    ("base_url", lambda: make_auth(base_url="https://u:p@example.com")),
    ("base_url", lambda: make_auth(base_url="https://example.com/x?y")),
    ("base_url", lambda: make_auth(base_url="https://")),
    ("adapter", lambda: Auth(secret=SECRET, providers=[Email(send=print)])),
    ("session.strategy", lambda: make_auth(session=SessionOptions(strategy="database"), adapter=None)),
    ("session.strategy", lambda: SessionOptions(strategy="cookie")),
    ("adapter", lambda: make_auth(adapter=Without("use_verification_token"), outbox=Outbox())),
    ("adapter", lambda: make_auth(adapter=Without("update_session"), strategy="database")),
    ("adapter", lambda: make_auth(adapter=Without("get_user"))),
    ("session.max_age", lambda: SessionOptions(max_age=0)),
    ("session.update_age", lambda: SessionOptions(update_age=-1)),
    ("jwt", lambda: JWTOptions(encode=print)),
    ("jwt.max_age", lambda: JWTOptions(max_age=1.5)),
    ("pages.sign_in", lambda: Pages(sign_in="javascript:alert(1)")),
    ("theme.brand_color", lambda: Theme(brand_color="red;}")),
    ("theme.color_scheme", lambda: Theme(color_scheme="pink")),
    ("theme.logo", lambda: Theme(logo="data:x")),
    ("callbacks.jwt", lambda: make_auth(callbacks=Callbacks(jwt=lambda token, role: token))),
    ("events.sign_in", lambda: make_auth(events=Events(sign_in=7))),
    ("cookies", lambda: make_auth(cookies={"sessionToken": {}})),
    ("cookies", lambda: make_auth(cookies={"session_token": {"name": "a b"}})),
    ("cookies", lambda: make_auth(cookies={"session_token": {"options": {"colour": "red"}}})),
    ("cookies", lambda: make_auth(cookies={"session_token": {"options": {"same_site": "none"}}})),
    ("cookies", lambda: make_auth(cookies={"session_token": {"name": "__Host-x"}})),
    ("cookies", lambda: make_auth(cookies={"session_token": {"options": {"domain": "x; Secure"}}})),
    ("cookies", lambda: make_auth(cookies={"session_token": {"options": {"domain": "\uc608.com"}}})),
    ("cookies", lambda: make_auth(cookies={"session_token": {"options": {"max_age": "x; Secure"}}})),
    ("providers", lambda: make_auth(providers=[Credentials(authorize=print), Credentials(authorize=print)])),
]


@pytest.mark.parametrize(("option", "make"), REFUSED)
def test_an_invalid_option_is_refused_by_name(option: str, make: Callable[[], Any]) -> None:
    with pytest.raises(ConfigurationError) as refused:
        make()
    assert refused.value.option.startswith(option)


def test_a_short_secret_warns(caplog: pytest.LogCaptureFixture) -> None:
    make_auth(secret="short")
    assert "SHORT_SECRET" in caplog.text
    assert "short'" not in caplog.text
