"""Signing in by e-mail link."""

import asyncio
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from authwright import Callbacks, Events, Pages
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.testing import Outbox
from authwright.types import User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, body_of, location_of
from support.html import hidden_fields


async def ask_for_link(browser: Browser, email: str = "bob@example.com", **fields: str) -> None:
    response = await browser.sign_in("/signin/email", email=email, **fields)
    assert location_of(response) == f"{BASE_URL}/verify-request?provider=email&type=email"


async def confirm(browser: Browser, link: str) -> str:
    """Open the link, press the button on the page, and return the URL of the redirect."""
    page = await browser.get(link)
    return location_of(await browser.post("/callback/email", hidden_fields(page.body.decode())))


async def test_a_link_signs_in_after_its_button_is_pressed(browser: Browser, outbox: Outbox) -> None:
    await ask_for_link(browser, callbackUrl="/home")
    assert await confirm(browser, outbox.links[0]) == f"{ORIGIN}/home"
    assert (await browser.session())["user"]["email"] == "bob@example.com"


async def test_opening_a_link_does_not_use_it_up(browser: Browser, outbox: Outbox) -> None:
    await ask_for_link(browser)
    for method in ("HEAD", "GET", "HEAD", "GET"):
        assert (await browser.get(outbox.links[0], method)).status == 200
    assert await confirm(browser, outbox.links[0]) == ORIGIN


async def test_a_link_opened_twice_signs_in_once(browser: Browser, outbox: Outbox) -> None:
    await ask_for_link(browser)
    await confirm(browser, outbox.links[0])
    assert await confirm(Browser(browser.auth), outbox.links[0]) == f"{BASE_URL}/error?error=Verification"


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_twelve_simultaneous_clicks_create_one_session(strategy: str, outbox: Outbox, tmp_path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path / 'auth.db'}")
    auth = make_auth(outbox, strategy=strategy, adapter=adapter)
    await ask_for_link(Browser(auth))
    browsers = [Browser(auth) for _ in range(12)]
    await asyncio.gather(*(confirm(browser, outbox.links[0]) for browser in browsers))
    signed_in = [session for browser in browsers if (session := await browser.session())]
    assert len(signed_in) == 1
    await auth.aclose()


async def test_without_confirmation_a_get_signs_in_but_a_head_does_not(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, confirm=False))
    await ask_for_link(browser)
    assert (await browser.get(outbox.links[0], "HEAD")).status == 200
    assert location_of(await browser.get(outbox.links[0])) == ORIGIN


async def test_the_button_needs_the_csrf_token(browser: Browser, outbox: Outbox) -> None:
    await ask_for_link(browser)
    fields = hidden_fields((await browser.get(outbox.links[0])).body.decode()) | {"csrfToken": "x"}
    response = await browser.post("/callback/email", fields)
    assert location_of(response) == f"{BASE_URL}/signin?csrf=true"
    assert await confirm(browser, outbox.links[0]) == ORIGIN


async def test_a_link_for_another_address_is_refused(browser: Browser, outbox: Outbox) -> None:
    await ask_for_link(browser)
    forged = outbox.links[0].replace("bob%40", "eve%40")
    assert await confirm(browser, forged) == f"{BASE_URL}/error?error=Verification"


async def test_an_expired_link_is_refused(browser: Browser, outbox: Outbox, travel) -> None:
    await ask_for_link(browser)
    travel(86401)
    assert await confirm(browser, outbox.links[0]) == f"{BASE_URL}/error?error=Verification"


async def test_a_link_without_its_token_is_refused(browser: Browser) -> None:
    response = await browser.get("/callback/email?email=bob%40example.com")
    assert location_of(response) == f"{BASE_URL}/error?error=Verification"


async def test_the_token_of_a_link_is_never_stored(outbox: Outbox) -> None:
    auth = make_auth(outbox)
    stored = []
    create = auth.adapter.create_verification_token

    async def spy(token):
        stored.append(token.token)
        await create(token)

    auth.adapter.create_verification_token = spy
    await ask_for_link(Browser(auth))
    assert dict(parse_qsl(urlsplit(outbox.links[0]).query))["token"] not in stored
    assert len(stored) == 1


async def test_no_mail_is_sent_to_an_invalid_address(browser: Browser, outbox: Outbox) -> None:
    for email in ("", "nobody", "a@b@c.org", '"a"@example.com', "a@example.com,b@evil.com", "a\n@example.com"):
        response = await browser.sign_in("/signin/email", email=email)
        assert location_of(response) == f"{BASE_URL}/error?error=EmailSignin"
    assert outbox.links == []


async def test_a_mail_that_cannot_be_sent_leads_to_the_error_page(outbox: Outbox) -> None:
    def fails(identifier: str, url: str) -> None:
        raise OSError(url)

    outbox.send = fails
    response = await Browser(make_auth(outbox)).sign_in("/signin/email", email="bob@example.com")
    assert location_of(response) == f"{BASE_URL}/error?error=EmailSignin"


async def test_the_sign_in_callback_runs_before_the_mail_and_after_the_click(outbox: Outbox) -> None:
    calls = []

    def sign_in(user, email):
        calls.append(email)
        return True

    browser = Browser(make_auth(outbox, callbacks=Callbacks(sign_in=sign_in)))
    await ask_for_link(browser)
    await confirm(browser, outbox.links[0])
    assert calls == [{"verification_request": True}, None]


async def test_a_new_user_is_created_as_verified_and_sent_to_the_new_user_page(outbox: Outbox) -> None:
    created, updated = [], []
    events = Events(create_user=created.append, update_user=updated.append)
    auth = make_auth(outbox, events=events, pages=Pages(new_user="/welcome"))
    for _ in range(2):
        await ask_for_link(Browser(auth))
    first = await confirm(Browser(auth), outbox.links[0])
    second = await confirm(Browser(auth), outbox.links[1])
    assert first == "/welcome?callbackUrl=http%3A%2F%2Flocalhost%3A3000"
    assert second == ORIGIN
    assert (len(created), len(updated)) == (1, 1)
    assert created[0].email_verified is not None


async def test_a_link_stays_valid_after_the_secret_changes(outbox: Outbox) -> None:
    old_secret = "old secret that is quite long enough"
    old = make_auth(outbox, secret=old_secret)
    await ask_for_link(Browser(old))
    new = make_auth(outbox, secret=["new secret that is quite long enough", old_secret], adapter=old._own_adapter)
    assert await confirm(Browser(new), outbox.links[0]) == ORIGIN


async def test_a_json_request_gets_the_url_of_the_check_your_email_page(browser: Browser) -> None:
    response = await browser.sign_in("/signin/email", email="bob@example.com")
    assert (response.status, body_of(response)["url"][: len(BASE_URL)]) == (200, BASE_URL)


async def test_failing_to_create_the_user_gives_the_error_code_of_v4(outbox: Outbox) -> None:
    class Failing(MemoryAdapter):
        async def sign_up(self, *_: object) -> User:
            raise ConnectionError("no")

    browser = Browser(make_auth(outbox, adapter=Failing()))
    await ask_for_link(browser)
    assert await confirm(browser, outbox.links[0]) == f"{BASE_URL}/error?error=EmailCreateAccount"
    assert await browser.session() == {}
