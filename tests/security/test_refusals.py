"""A refused sign-in begins no session, and ``signIn`` of the client reads v4's status."""

from authwright import Callbacks
from authwright.testing import Outbox
from support.apps import make_auth
from support.browser import Browser, location_of


async def test_a_refused_address_gets_v4s_200_and_no_mail(outbox: Outbox) -> None:
    browser = Browser(make_auth(outbox, callbacks=Callbacks(sign_in=lambda user: False)))
    answer = await browser.sign_in("/signin/email", email="bob@example.com")
    assert (answer.status, location_of(answer).endswith("error=AccessDenied")) == (200, True)
    assert outbox.links == []


async def test_refused_credentials_get_v4s_403_and_no_session() -> None:
    browser = Browser(make_auth(callbacks=Callbacks(sign_in=lambda user: False)))
    answer = await browser.sign_in(username="alice", password="wonderland")
    assert (answer.status, location_of(answer).endswith("error=AccessDenied")) == (403, True)
    assert await browser.session() == {}
