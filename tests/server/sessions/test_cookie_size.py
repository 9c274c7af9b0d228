"""A session that is too large for the cookies that servers accept is refused, and the old session stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from starlette.responses import Response

from authwright import Auth, Callbacks, JWTOptions, SessionOptions
from authwright.client import AsyncAuthClient, SessionProvider
from authwright.errors import ConfigurationError, SessionTooLarge
from authwright.testing import FakeIdP, Outbox
from authwright.types import JWT, User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, body_of, location_of
from support.provider import corp, sign_in

PASSWORD = {"username": "alice", "password": "wonderland"}
HUGE = 200_000


class Sized:
    """A ``jwt`` callback that adds a claim of ``size`` bytes; an update passes its own size."""

    def __init__(self) -> None:
        self.size = 0

    def jwt(self, token: JWT, trigger: str | None = None, session: Any = None) -> JWT:
        size = session if trigger == "update" else self.size
        return token if size is None else {**token, "secret_notes": "x" * size}


@pytest.fixture
def sized() -> Sized:
    return Sized()


Make = Callable[..., Auth]


@pytest.fixture
def make(sized: Sized) -> Make:
    def make(limit: int | None = 7168, outbox: Outbox | None = None, **options: Any) -> Auth:
        session = SessionOptions(strategy="jwt", max_cookie_size=limit)
        return make_auth(outbox, session=session, callbacks=Callbacks(jwt=sized.jwt), **options)

    return make


def size_of(browser: Browser) -> int:
    """Return the size in bytes of the session cookies that the browser sends."""
    return sum(len(f"{name}={value}") for name, value in browser.cookies.items() if "session-token" in name)


async def test_the_limit_counts_the_bytes_of_all_chunks_as_they_are_sent(make: Make, sized: Sized) -> None:
    sized.size = 6000
    browser = Browser(make(None))
    await browser.sign_in(**PASSWORD)
    size = size_of(browser)
    for limit, status in ((size, 200), (size - 1, 413)):
        assert (await Browser(make(limit)).sign_in(**PASSWORD)).status == status


async def test_a_sign_in_above_the_limit_leads_to_the_error_page_and_keeps_the_old_session(
    make: Make, sized: Sized, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make())
    await browser.sign_in(**PASSWORD)
    kept, sized.size = dict(browser.cookies), 6000
    response = await browser.sign_in(**PASSWORD)
    assert location_of(response) == f"{BASE_URL}/error?error=SessionTooLarge"
    assert browser.cookies == kept
    assert "'secret_notes' with 6002 bytes" in caplog.text
    assert "7168" in caplog.text
    assert "xxx" not in caplog.text


@pytest.mark.parametrize(("language", "words"), [("en", "Unable to sign in"), ("ko", "세션에 저장할")])
async def test_the_error_page_is_a_413_in_the_language_of_the_browser(make: Make, language: str, words: str) -> None:
    page = await Browser(make(), headers={"accept-language": language}).get("/error?error=SessionTooLarge")
    assert (page.status, words in page.body.decode()) == (413, True)


async def test_a_sign_in_through_a_provider_above_the_limit_is_refused(make: Make, sized: Sized) -> None:
    idp = FakeIdP("http://localhost:4000")
    sized.size = 6000
    browser = Browser(make(providers=[corp(idp)]))
    assert await sign_in(browser, idp) == f"{BASE_URL}/error?error=SessionTooLarge"
    assert await browser.session() == {}


async def test_a_sign_in_by_link_above_the_limit_is_refused(make: Make, sized: Sized, outbox: Outbox) -> None:
    sized.size = 6000
    browser = Browser(make(outbox=outbox, confirm=False))
    await browser.sign_in("/signin/email", email="carol@example.com")
    assert location_of(await browser.get(outbox.links[-1])) == f"{BASE_URL}/error?error=SessionTooLarge"


async def update(browser: Browser, size: int, query: str = "") -> Any:
    return await browser.post_json(f"/session{query}", {"csrfToken": await browser.csrf(), "data": size})


@pytest.mark.parametrize("query", ["", "?nonce=" + "n" * 43])
async def test_an_update_above_the_limit_is_refused_and_keeps_the_old_session(
    make: Make, sized: Sized, query: str
) -> None:
    browser = Browser(make())
    await browser.sign_in(**PASSWORD)
    kept = dict(browser.cookies)
    response = await update(browser, 6000, query)
    assert (response.status, body_of(response)["code"]) == (413, "SessionTooLarge")
    assert browser.cookies == kept
    assert (await browser.session())["user"]["name"] == "Alice"


async def test_a_client_keeps_its_session_when_an_update_is_refused(make: Make) -> None:
    transport = httpx2.ASGITransport(make().asgi)
    async with httpx2.AsyncClient(transport=transport) as http, AsyncAuthClient(ORIGIN, http_client=http) as client:
        await client.sign_in("credentials", redirect=False, **PASSWORD)
        async with SessionProvider(client, session=await client.get_session()) as provider:
            assert await provider.use_session().update(6000) is None
            session = provider.use_session()
            assert (session.status, session.data and session.data["user"]["name"]) == ("authenticated", "Alice")


async def test_a_session_that_grows_above_the_limit_is_shown_but_keeps_the_old_cookie(
    make: Make, sized: Sized, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make())
    await browser.sign_in(**PASSWORD)
    kept, sized.size = dict(browser.cookies), 6000
    assert (await browser.session())["user"]["name"] == "Alice"
    assert browser.cookies == kept
    assert "[error][SESSION_COOKIE_SIZE]" in caplog.text


async def test_above_the_limit_get_server_session_does_not_renew_and_an_update_raises(make: Make, sized: Sized) -> None:
    browser = Browser(make())
    await browser.sign_in(**PASSWORD)
    sized.size, response = 6000, Response()
    assert await browser.auth.get_server_session(browser.cookies, response)
    with pytest.raises(SessionTooLarge):
        await browser.auth.update_session(browser.cookies, 6000, response)
    with pytest.raises(SessionTooLarge):
        await browser.auth.sign_in_user(browser.cookies, User(id="1", name="Alice"), response)
    assert "set-cookie" not in response.headers


async def test_above_4096_bytes_a_warning_names_the_largest_claim_once(
    make: Make, sized: Sized, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make())
    await browser.sign_in(**PASSWORD)
    assert "SESSION_COOKIE_SIZE" not in caplog.text
    sized.size = 3500
    for _ in range(3):
        await browser.session()
    assert 4096 <= size_of(browser) < 7168
    assert caplog.text.count("[warn][SESSION_COOKIE_SIZE]") == 1
    await update(browser, 3500)
    await browser.sign_in(**PASSWORD)
    assert caplog.text.count("'secret_notes' with 3502 bytes") == 3


async def test_below_a_low_limit_the_warning_comes_before_the_refusal(
    make: Make, sized: Sized, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(make(1200))
    await browser.sign_in(**PASSWORD)
    assert caplog.records == []
    sized.size = 500
    for _ in range(3):
        await browser.session()
    assert 900 <= size_of(browser) <= 1200
    assert [(record.levelname, vars(record)["code"]) for record in caplog.records] == [
        ("WARNING", "SESSION_COOKIE_SIZE")
    ]


async def test_without_a_limit_only_a_session_that_can_be_read_back_is_set(make: Make, sized: Sized) -> None:
    browser = Browser(make(None))
    sized.size = 48_000
    await browser.sign_in(**PASSWORD)
    assert (await browser.session())["user"]["name"] == "Alice"
    assert size_of(browser) > 64_000
    kept, sized.size = dict(browser.cookies), 50_000
    assert (await browser.sign_in(**PASSWORD)).status == 413
    assert browser.cookies == kept


async def test_a_limit_below_the_size_of_one_chunk_works(make: Make, sized: Sized) -> None:
    assert (await Browser(make(200)).sign_in(**PASSWORD)).status == 413


async def test_a_token_in_the_apps_own_format_is_measured_as_it_is_sent(sized: Sized) -> None:
    own = JWTOptions(encode=lambda token: "ü" * 800, decode=lambda token: {"sub": "1"})
    for limit, status in ((4900, 200), (4800, 413)):
        auth = make_auth(session=SessionOptions(strategy="jwt", max_cookie_size=limit), jwt=own)
        assert (await Browser(auth).sign_in(**PASSWORD)).status == status


@pytest.mark.parametrize("limit", [0, -1, True, "7168", 7168.0])
def test_an_invalid_limit_is_refused(limit: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_cookie_size"):
        SessionOptions(max_cookie_size=limit)


@pytest.mark.parametrize("kind", ["%", "\ud64d", "+/=", "x%"])
async def test_a_token_in_the_apps_own_format_is_split_as_it_is_escaped(kind: str) -> None:
    stored: dict[str, Any] = {}

    def encode(token: JWT) -> str:
        text = f"{len(stored)}{kind * 3_000}"
        stored[text] = token
        return text

    session = SessionOptions(strategy="jwt", max_cookie_size=None)
    browser = Browser(make_auth(session=session, jwt=JWTOptions(encode=encode, decode=lambda token: stored.get(token))))
    response = await browser.sign_in(**PASSWORD)
    sizes = [len(cookie.serialize()) for cookie in response.cookies if "session-token" in cookie.name]
    assert len(sizes) > 1
    assert max(sizes) <= 4_096
    assert (await browser.session())["user"]["name"] == "Alice"


@pytest.mark.parametrize("encoded", [b"token", None, "", 1])
async def test_an_encode_function_that_returns_no_string_is_named_in_the_log(
    encoded: object, caplog: pytest.LogCaptureFixture
) -> None:
    options = JWTOptions(encode=lambda token: encoded, decode=lambda token: None)
    response = await Browser(make_auth(jwt=options)).sign_in(**PASSWORD)
    assert location_of(response).startswith(f"{BASE_URL}/error?")
    assert "jwt.encode" in caplog.text
