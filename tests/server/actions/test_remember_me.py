"""``rememberMe``: whether the session cookie outlives the browser."""

from collections.abc import Callable
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


def make_site(strategy: Any = "jwt", *, remember_me: bool = True, **options: Any) -> Auth:
    """Return an ``Auth`` that signs in any username."""
    provider = Credentials(authorize=lambda credentials: {"id": "1", "name": credentials["username"]})
    session = SessionOptions(strategy=strategy, remember_me=remember_me)
    return make_auth(strategy=strategy, providers=[provider], session=session, **options)


@pytest.fixture(params=["jwt", "database"])
def browser(request: pytest.FixtureRequest) -> Browser:
    return Browser(make_site(request.param))


@pytest.fixture
def without_option() -> Browser:
    return Browser(make_site(remember_me=False))


@pytest.mark.parametrize("choice", [{}, {"rememberMe": "false"}, {"rememberMe": "on"}, {"rememberMe": ""}])
async def test_without_remember_me_the_session_ends_with_the_browser(browser: Browser, choice: dict[str, str]) -> None:
    assert not lasts(cookie_of(await browser.sign_in(**ALICE, **choice)))
    assert not lasts(cookie_of(await browser.get("/session")))


async def test_with_remember_me_every_renewal_stays_persistent(browser: Browser) -> None:
    assert lasts(cookie_of(await browser.sign_in(**ALICE, rememberMe="true")))
    renewed = await browser.get("/session")
    assert cookie_of(renewed).expires == cookie_of(renewed, REMEMBER).expires is not None


async def test_an_email_link_opened_in_the_same_browser_keeps_the_choice(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, confirm=False, session=SessionOptions(remember_me=True)))
    for choice, expected in (("true", True), ("false", False)):
        await browser.sign_in("/signin/email", email="alice@example.com", rememberMe=choice)
        assert lasts(cookie_of(await browser.get(outbox.mails[-1].url))) is expected


async def test_a_link_opened_in_another_browser_starts_a_session_that_ends_with_it(outbox: Outbox) -> None:
    auth = make_auth(outbox, confirm=False, session=SessionOptions(remember_me=True))
    await Browser(auth).sign_in("/signin/email", email="alice@example.com", rememberMe="true")
    assert not lasts(cookie_of(await Browser(auth).get(outbox.mails[-1].url)))


async def test_the_next_sign_in_does_not_remember_the_previous_choice(browser: Browser) -> None:
    await browser.sign_in(**ALICE, rememberMe="true")
    await browser.sign_out()
    assert REMEMBER not in browser.cookies
    assert not lasts(cookie_of(await browser.sign_in(**ALICE)))


async def test_every_chunk_of_a_long_token_ends_with_the_browser() -> None:
    def jwt(token: Any) -> Any:
        return {**token, "much": "x" * 5000}

    browser = Browser(make_site(callbacks=Callbacks(jwt=jwt)))
    response = await browser.sign_in(**ALICE)
    chunks = [cookie for cookie in response.cookies if cookie.name.startswith(f"{SESSION}.")]
    assert [lasts(cookie) for cookie in chunks] == [False] * 2


async def test_without_the_option_only_the_cookies_of_v4_are_set(without_option: Browser) -> None:
    response = await without_option.sign_in(**ALICE)
    assert lasts(cookie_of(response))
    assert REMEMBER not in without_option.cookies


async def test_the_apps_own_form_may_send_the_field_without_the_option(without_option: Browser) -> None:
    assert not lasts(cookie_of(await without_option.sign_in(**ALICE, rememberMe="false")))
    assert not lasts(cookie_of(await without_option.get("/session")))


async def test_a_session_renewed_by_the_server_still_ends_with_the_browser(browser: Browser) -> None:
    await browser.sign_in(**ALICE)
    response = StarletteResponse()
    await browser.auth.get_server_session(browser.cookies, response)
    written = [value for name, value in response.headers.items() if value.startswith(f"{SESSION}=")]
    assert written
    assert "Expires" not in written[0]
    assert "Max-Age" not in written[0]


async def test_an_invalid_value_of_the_choice_cookie_is_ignored(browser: Browser) -> None:
    await browser.sign_in(**ALICE, rememberMe="true")
    browser.cookies[REMEMBER] = "forever"
    assert not lasts(cookie_of(await browser.get("/session")))


@pytest.mark.parametrize(("remember_me", "count"), [(True, 1), (False, 0)])
async def test_each_form_of_the_sign_in_page_has_the_checkbox(remember_me: bool, count: int) -> None:
    browser = Browser(make_site(remember_me=remember_me))
    page = (await browser.get("/signin")).body.decode()
    assert page.count('name="rememberMe" type="checkbox" value="true"') == count


async def test_authorize_receives_the_field_as_in_v4() -> None:
    seen: list[str] = []
    provider = Credentials(authorize=lambda credentials: seen.append(credentials["rememberMe"]))
    await Browser(make_auth(providers=[provider])).sign_in(rememberMe="true")
    assert seen == ["true"]


async def test_a_session_that_ends_with_the_browser_is_not_renewed_after_its_end(
    travel: Callable[[float], None],
) -> None:
    # Its cookie has no end, so a page that asks at the end would keep it for ever within v4's leeway.
    for remember_me, renewed in ((True, False), (False, True)):
        browser = Browser(make_site(remember_me=remember_me))
        await browser.sign_in(**ALICE)
        travel(30 * 86400 + 5)
        assert bool(await browser.session()) == renewed
