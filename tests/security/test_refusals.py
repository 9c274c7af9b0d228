"""A refused sign-in starts no session, and has the status that ``signIn`` of v4's client expects."""

from authwright import Callbacks
from authwright.testing import Outbox
from support.apps import make_auth
from support.browser import Browser, location_of


async def test_a_refused_address_gets_200_as_in_v4_and_no_mail(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, callbacks=Callbacks(sign_in=lambda user: False)))
    response = await browser.sign_in("/signin/email", email="bob@example.com")
    assert (response.status, location_of(response).endswith("error=AccessDenied")) == (200, True)
    assert outbox.links == []


async def test_refused_credentials_get_403_as_in_v4_and_no_session() -> None:
    browser = Browser(make_auth(callbacks=Callbacks(sign_in=lambda user: False)))
    response = await browser.sign_in(username="alice", password="wonderland")
    assert (response.status, location_of(response).endswith("error=AccessDenied")) == (403, True)
    assert await browser.session() == {}
