"""``rememberMe``: whether a session's cookie outlives the browser."""

from typing import Any

import pytest
from starlette.responses import Response as StarletteResponse

from authwright import Auth, Callbacks, SessionOptions
from authwright.http import Cookie, Response
from authwright.providers import Credentials
from authwright.testing import Outbox
from support.apps import make_auth
from support.browser import Browser

SESSION, REMEMBER = "next-auth.session-token", "next-auth.remember-me"
ALICE = {"username": "alice"}


def cookie_of(response: Response, name: str = SESSION) -> Cookie:
    return next(cookie for cookie in response.cookies if cookie.name == name)


def lasts(cookie: Cookie) -> bool:
    return cookie.expires is not None or bool(cookie.max_age)


def asking(strategy: Any = "jwt", *, asks: bool = True, **options: Any) -> Auth:
    """An ``Auth`` that signs in whoever gives a username."""
    provider = Credentials(authorize=lambda credentials: {"id": "1", "name": credentials["username"]})
    session = SessionOptions(strategy=strategy, remember_me=asks)
    return make_auth(strategy=strategy, providers=[provider], session=session, **options)


@pytest.fixture(params=["jwt", "database"])
def browser(request: pytest.FixtureRequest) -> Browser:
    return Browser(asking(request.param))


@pytest.fixture
def unasked() -> Browser:
    return Browser(asking(asks=False))


@pytest.mark.parametrize("said", [{}, {"rememberMe": "false"}, {"rememberMe": "on"}, {"rememberMe": ""}])
async def test_who_does_not_ask_to_stay_signed_in_is_forgotten_with_the_browser(
    browser: Browser, said: dict[str, str]
) -> None:
    assert not lasts(cookie_of(await browser.sign_in(**ALICE, **said)))
    assert not lasts(cookie_of(await browser.get("/session")))


async def test_who_asks_to_stay_signed_in_does_at_every_renewal(browser: Browser) -> None:
    assert lasts(cookie_of(await browser.sign_in(**ALICE, rememberMe="true")))
    renewed = await browser.get("/session")
    assert cookie_of(renewed).expires == cookie_of(renewed, REMEMBER).expires is not None


async def test_the_choice_reaches_the_end_of_an_email_link_in_the_same_browser(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, confirm=False, session=SessionOptions(remember_me=True)))
    for said, expected in (("true", True), ("false", False)):
        await browser.sign_in("/signin/email", email="alice@example.com", rememberMe=said)
        assert lasts(cookie_of(await browser.get(outbox.mails[-1].url))) is expected


async def test_a_link_opened_in_another_browser_is_forgotten_with_that(outbox: Outbox) -> None:
    auth = make_auth(outbox, confirm=False, session=SessionOptions(remember_me=True))
    await Browser(auth).sign_in("/signin/email", email="alice@example.com", rememberMe="true")
    assert not lasts(cookie_of(await Browser(auth).get(outbox.mails[-1].url)))


async def test_the_next_sign_in_starts_from_no_choice(browser: Browser) -> None:
    await browser.sign_in(**ALICE, rememberMe="true")
    await browser.sign_out()
    assert REMEMBER not in browser.cookies
    assert not lasts(cookie_of(await browser.sign_in(**ALICE)))


async def test_every_chunk_of_a_long_token_is_forgotten() -> None:
    def jwt(token: Any) -> Any:
        return {**token, "much": "x" * 5000}

    browser = Browser(asking(callbacks=Callbacks(jwt=jwt)))
    answer = await browser.sign_in(**ALICE)
    chunks = [cookie for cookie in answer.cookies if cookie.name.startswith(f"{SESSION}.")]
    assert [lasts(cookie) for cookie in chunks] == [False] * 2


async def test_a_site_that_asks_nobody_sets_v4s_cookies_alone(unasked: Browser) -> None:
    answer = await unasked.sign_in(**ALICE)
    assert lasts(cookie_of(answer))
    assert REMEMBER not in unasked.cookies


async def test_a_form_of_ones_own_may_ask_without_the_option(unasked: Browser) -> None:
    assert not lasts(cookie_of(await unasked.sign_in(**ALICE, rememberMe="false")))
    assert not lasts(cookie_of(await unasked.get("/session")))


async def test_a_session_that_the_server_renews_is_forgotten_too(browser: Browser) -> None:
    await browser.sign_in(**ALICE)
    response = StarletteResponse()
    await browser.auth.get_server_session(browser.cookies, response)
    written = [value for name, value in response.headers.items() if value.startswith(f"{SESSION}=")]
    assert written
    assert "Expires" not in written[0]
    assert "Max-Age" not in written[0]


async def test_a_choice_that_somebody_made_up_is_none(browser: Browser) -> None:
    await browser.sign_in(**ALICE, rememberMe="true")
    browser.cookies[REMEMBER] = "forever"
    assert not lasts(cookie_of(await browser.get("/session")))


@pytest.mark.parametrize(("asks", "count"), [(True, 1), (False, 0)])
async def test_the_sign_in_page_asks_in_each_form(asks: bool, count: int) -> None:
    browser = Browser(asking(asks=asks))
    page = (await browser.get("/signin")).body.decode()
    assert page.count('name="rememberMe" type="checkbox" value="true"') == count


async def test_authorize_gets_the_field_as_it_does_in_v4() -> None:
    seen: list[str] = []
    provider = Credentials(authorize=lambda credentials: seen.append(credentials["rememberMe"]))
    await Browser(make_auth(providers=[provider])).sign_in(rememberMe="true")
    assert seen == ["true"]
