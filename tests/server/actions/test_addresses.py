"""E-mail addresses that ``authorize``, an app or a form supplies: what is stored, found and shown."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import Response

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import LastWayIn
from authwright.providers import Credentials, Email
from authwright.testing import Outbox
from authwright.testing.signed_in import session_cookies
from authwright.types import Account, User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of

SESSION = "next-auth.session-token"
NOT_LINKED = f"{BASE_URL}/error?error=OAuthAccountNotLinked"


def app(email: object, adapter: MemoryAdapter | None = None, *, strategy: str = "database", user_id: str = "1") -> Auth:
    """Return an app whose ``authorize`` returns a user with the address *email*."""
    authorize = Credentials(authorize=lambda credentials: {"id": user_id, "name": "A", "email": email})
    return make_auth(providers=[authorize], adapter=adapter or MemoryAdapter(), strategy=strategy)


async def test_credentials_store_the_normal_form_of_the_address() -> None:
    adapter = MemoryAdapter()
    browser = Browser(app(" OWNER@EXAMPLE.COM", adapter))
    assert location_of(await browser.sign_in()) == ORIGIN
    assert await adapter.get_user_by_email("owner@example.com")
    second = await Browser(app("Owner@example.com", adapter, user_id="2")).sign_in()
    assert location_of(second) == NOT_LINKED


async def test_a_session_in_a_cookie_shows_what_authorize_returned_as_in_v4() -> None:
    browser = Browser(app("OWNER@EXAMPLE.COM", strategy="jwt"))
    await browser.sign_in()
    assert (await browser.session())["user"]["email"] == "OWNER@EXAMPLE.COM"


async def test_credentials_sign_in_the_user_with_this_id_and_address_in_any_form() -> None:
    adapter = MemoryAdapter()
    owner = await adapter.create_user(User(id="", email="owner@example.com"))
    browser = Browser(app("OWNER@example.com", adapter, user_id=owner.id))
    assert location_of(await browser.sign_in()) == ORIGIN
    assert await adapter.get_user_by_account("credentials", owner.id) == owner


@pytest.mark.parametrize("email", ["", "admin", "\u212aevin@example.com"])
async def test_credentials_with_an_empty_or_invalid_address_sign_in_without_one(email: str) -> None:
    adapter = MemoryAdapter()
    kevin = await adapter.create_user(User(id="", email="kevin@example.com"))
    for user_id in ("1", "2", kevin.id):
        browser = Browser(app(email, adapter, user_id=user_id))
        assert location_of(await browser.sign_in()) == ORIGIN
        assert (await browser.session())["user"]["email"] is None
    assert await adapter.list_accounts(kevin.id) == []


async def test_an_invalid_address_of_authorize_is_logged_without_the_address(caplog: pytest.LogCaptureFixture) -> None:
    await Browser(app("\u212aevin@example.com")).sign_in()
    assert "[INVALID_EMAIL] authorize of credentials" in caplog.text
    assert "evin@" not in caplog.text


@pytest.mark.parametrize(
    ("stored", "given", "same"),
    [
        ("owner@example.com", "OWNER@Example.com", True),
        ("OWNER@example.com", "OWNER@example.com", True),
        (None, "", True),
        ("owner@example.com", "other@example.com", False),
        (None, "\u212aevin@example.com", False),
        ("kevin@example.com", "\u212aevin@example.com", False),
    ],
)
async def test_sign_in_user_recognises_the_adapters_user_by_the_normal_form(
    stored: str | None, given: str, same: bool
) -> None:
    adapter, response = MemoryAdapter(), Response()
    auth = app("x@example.com", adapter, strategy="jwt")
    owner = await adapter.create_user(User(id="", email=stored))
    await auth.sign_in_user({}, User(id=owner.id, email=given), response)
    claims = await auth.get_token({SESSION: response.headers["set-cookie"].partition("=")[2].partition(";")[0]})
    assert claims
    assert (claims["authwright"]["sub"] == "adapter") is same


async def test_the_cookies_of_the_test_kit_are_those_of_the_user_with_the_normal_form() -> None:
    auth = app("x@example.com")
    for email in ("Alice@Example.com", "alice@example.com"):
        session = await auth.get_server_session(await session_cookies(auth, User(id="alice", email=email)))
        assert session
        assert session["user"]["email"] == "alice@example.com"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("OWNER@EXAMPLE.COM", "owner@example.com"),
        ("\uff4fwner\uff20example.com", "owner@example.com"),
        ("Jos\u00c9@B\u00fccher.example", "jos\u00e9@xn--bcher-kva.example"),
    ],
)
async def test_a_link_signs_in_the_address_that_the_mail_goes_to(outbox: Outbox, typed: str, address: str) -> None:
    browser = Browser(make_auth(outbox, confirm=False))
    await browser.sign_in("/signin/email", email=typed)
    assert [mail.identifier for mail in outbox.mails] == [address]
    await browser.get(outbox.links[0])
    assert (await browser.session())["user"]["email"] == address


def with_own_rules(outbox: Outbox, adapter: Any) -> Browser:
    """Return a browser at an app that accepts every identifier as it is typed."""
    own = Email(send=outbox.send, confirm=False, normalize_identifier=lambda identifier: identifier)
    return Browser(make_auth(providers=[own], adapter=adapter, strategy="database"))


async def test_an_identifier_of_the_apps_own_rules_is_the_same_user_in_any_form(outbox: Outbox) -> None:
    adapter = MemoryAdapter()
    await adapter.create_user(User(id="", email="owner@example.com"))
    browser = with_own_rules(outbox, adapter)
    await browser.sign_in("/signin/email", email="OWNER@Example.com")
    assert outbox.mails[0].identifier == "OWNER@Example.com"
    await browser.get(outbox.links[0])
    assert (await browser.session())["user"]["email"] == "owner@example.com"


@pytest.mark.parametrize("identifier", ["kevin", "\u212aevin@example.com", "a@b.example,c@d.example"])
async def test_an_identifier_that_is_no_address_gets_no_mail_unless_it_is_a_users(
    outbox: Outbox, identifier: str
) -> None:
    adapter = MemoryAdapter()
    browser = with_own_rules(outbox, adapter)
    response = await browser.sign_in("/signin/email", email=identifier)
    assert location_of(response) == f"{BASE_URL}/error?error=EmailSignin"
    assert outbox.mails == []
    earlier = await adapter.create_user(User(id="", name="Earlier", email=identifier))
    await browser.sign_in("/signin/email", email=identifier)
    await browser.get(outbox.links[0])
    assert (await browser.session())["user"]["name"] == earlier.name


async def test_an_account_stays_linked_if_no_link_reaches_the_address_of_its_user(outbox: Outbox) -> None:
    adapter = MemoryAdapter()
    auth = make_auth(providers=[Email(send=outbox.send)], adapter=adapter)
    owner = await adapter.create_user(User(id="", email="OWNER@example.com"))
    await adapter.link_account(Account(provider="github", type="oauth", provider_account_id="1", user_id=owner.id))
    with pytest.raises(LastWayIn):
        await auth.unlink_account(owner.id, "github", "1")
    await auth.adapter.update_user(owner.id, {"email": owner.email})
    assert await auth.unlink_account(owner.id, "github", "1")
