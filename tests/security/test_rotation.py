"""The secret is replaced during a flow, which finishes if the old secret is kept and is refused cleanly otherwise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import pytest

from authwright import Auth, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import InvalidToken
from authwright.http import Response
from authwright.testing import FakeIdP, Outbox
from support.apps import ORIGIN, make_auth
from support.browser import Browser, body_of, location_of
from support.provider import corp

OLD = "the secret of last year, long enough"
NEW = "the secret of this year, long enough"
ALICE = {"username": "alice", "password": "wonderland"}
Finish: TypeAlias = Callable[[], Awaitable[bool]]


class Visitor(Browser):
    """A browser that checks that no response has a 5xx status."""

    async def _send(self, *request: Any) -> Response:
        response = await super()._send(*request)
        assert response.status < 500
        return response


@dataclass
class Site:
    """An app whose secret changes while a browser is in the middle of a flow."""

    browser: Browser
    outbox: Outbox
    idp: FakeIdP
    change: Callable[[list[str]], None]


@pytest.fixture
def site(outbox: Outbox) -> Site:
    idp, adapter = FakeIdP("http://localhost:4000"), MemoryAdapter()

    def auth_with(secrets: list[str]) -> Auth:
        plain = make_auth(outbox, adapter=adapter, secret=secrets)
        return make_auth(
            providers=[*plain._context.providers.values(), corp(idp)],
            adapter=adapter,
            secret=secrets,
            session=SessionOptions(strategy="jwt", remember_me=True),
        )

    browser = Visitor(auth_with([OLD]))

    def change(secrets: list[str]) -> None:
        browser.auth = auth_with(secrets)

    return Site(browser, outbox, idp, change)


async def session(site: Site) -> Finish:
    await site.browser.sign_in(**ALICE)

    async def is_valid() -> bool:
        return bool(await site.browser.session())

    return is_valid


async def csrf_token(site: Site) -> Finish:
    token = await site.browser.csrf()

    async def is_accepted() -> bool:
        response = await site.browser.post("/callback/credentials", {"csrfToken": token, "json": "true", **ALICE})
        return location_of(response) == ORIGIN

    return is_accepted


async def oauth_flow(site: Site) -> Finish:
    url = location_of(await site.browser.sign_in("/signin/corp"))

    async def finishes() -> bool:
        return location_of(await site.browser.get(site.idp.sign_in(url, "alice"))) == ORIGIN

    return finishes


async def email_link(site: Site) -> Finish:
    await site.browser.sign_in("/signin/email", email="carol@example.com")
    link = dict(parse_qsl(urlsplit(site.outbox.links[-1]).query))

    async def signs_in() -> bool:
        fields = {"csrfToken": await site.browser.csrf(), "token": link["token"], "email": link["email"]}
        await site.browser.post("/callback/email", fields)
        return bool(await site.browser.session())

    return signs_in


async def receipt(site: Site) -> Finish:
    await site.browser.sign_in(**ALICE)
    minted: str = body_of(await site.browser.get("/session?nonce=" + "n" * 32))["receipt"]

    async def is_read() -> bool:
        try:
            return site.browser.auth.read_receipt(minted, "n" * 32) is not None
        except InvalidToken:
            return False

    return is_read


async def message(site: Site) -> Finish:
    fields = {"csrfToken": await site.browser.csrf(), "username": "locked"}
    refused = await site.browser.post("/callback/credentials", fields)

    async def is_shown() -> bool:
        page = refused
        while location := page.header("location"):
            page = await site.browser.get(location)
        return b"This account is locked." in page.body

    return is_shown


UNDERWAY: list[Any] = [session, csrf_token, oauth_flow, email_link, receipt, message]


@pytest.mark.parametrize("begin", UNDERWAY, ids=lambda begin: begin.__name__)
async def test_a_flow_started_with_the_old_secret_finishes_with_both_secrets(
    site: Site, begin: Callable[[Site], Awaitable[Finish]]
) -> None:
    finish = await begin(site)
    site.change([NEW, OLD])
    assert await finish()


@pytest.mark.parametrize("begin", UNDERWAY, ids=lambda begin: begin.__name__)
async def test_a_flow_is_refused_without_the_old_secret_and_works_when_repeated(
    site: Site, begin: Callable[[Site], Awaitable[Finish]]
) -> None:
    finish = await begin(site)
    site.change([NEW])
    assert not await finish()
    again = await begin(site)
    assert await again()


async def test_a_session_moves_to_the_new_secret_when_it_is_renewed(site: Site) -> None:
    await site.browser.sign_in(**ALICE)
    site.change([NEW, OLD])
    await site.browser.session()
    site.change([NEW])
    assert await site.browser.session()
