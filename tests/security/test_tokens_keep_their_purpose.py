"""A token created for one purpose is refused for any other."""

import time
from secrets import token_bytes

from authwright import Auth
from authwright.server.protocol import tokens
from authwright.testing import Outbox
from support.apps import SECRET, make_auth
from support.browser import Browser, location_of


def sealed(salt: str) -> str:
    claims = {"value": "You have won!", "sub": "1", "name": "Mallory"}
    return tokens.encode(claims, SECRET, max_age=60, now=time.time(), random=token_bytes, salt=salt)


async def test_a_sealed_message_is_refused_as_a_session() -> None:
    browser = Browser(make_auth())
    browser.cookies["next-auth.session-token"] = sealed("authwright.message")
    assert await browser.session() == {}


async def test_a_session_token_is_refused_as_a_sealed_message() -> None:
    page = await Browser(make_auth()).get(f"/signin?error=CredentialsSignin&message={sealed('')}")
    assert b"You have won!" not in page.body


async def test_a_check_cookie_is_refused_as_a_session_and_as_a_sealed_message() -> None:
    auth: Auth = make_auth()
    assert await auth.get_token({"next-auth.session-token": sealed("next-auth.state")}) is None
    page = await Browser(auth).get(f"/signin?error=CredentialsSignin&message={sealed('next-auth.state')}")
    assert b"You have won!" not in page.body


async def test_a_csrf_token_is_refused_as_the_token_of_a_link(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox))
    await browser.sign_in("/signin/email", email="bob@example.com")
    response = await browser.sign_in("/callback/email", email="bob@example.com", token=await browser.csrf())
    assert location_of(response).endswith("error=Verification")
