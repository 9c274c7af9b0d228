"""What was made for one purpose serves no other."""

import time
from secrets import token_bytes

from authwright import Auth
from authwright.protocol import tokens
from authwright.testing import Outbox
from support.apps import SECRET, make_auth
from support.browser import Browser, location_of


def sealed(salt: str) -> str:
    claims = {"value": "You have won!", "sub": "1", "name": "Mallory"}
    return tokens.encode(claims, SECRET, max_age=60, now=time.time(), random=token_bytes, salt=salt)


async def test_a_sealed_message_is_no_session() -> None:
    browser = Browser(make_auth())
    browser.cookies["next-auth.session-token"] = sealed("authwright.message")
    assert await browser.session() == {}


async def test_a_session_is_no_sealed_message() -> None:
    page = await Browser(make_auth()).get(f"/signin?error=CredentialsSignin&message={sealed('')}")
    assert b"You have won!" not in page.body


async def test_a_check_cookie_is_neither() -> None:
    auth: Auth = make_auth()
    assert await auth.get_token({"next-auth.session-token": sealed("next-auth.state")}) is None
    page = await Browser(auth).get(f"/signin?error=CredentialsSignin&message={sealed('next-auth.state')}")
    assert b"You have won!" not in page.body


async def test_a_csrf_token_is_no_e_mail_link(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox))
    await browser.sign_in("/signin/email", email="bob@example.com")
    answer = await browser.sign_in("/callback/email", email="bob@example.com", token=await browser.csrf())
    assert location_of(answer).endswith("error=Verification")
