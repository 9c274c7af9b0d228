"""An OpenID provider beside the app, and the way through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx2

from authwright import Auth
from authwright.providers import OIDC
from authwright.testing import FakeIdP
from support.browser import Browser, location_of

MakeApp: TypeAlias = Callable[..., Auth]


def corp(idp: FakeIdP, **options: Any) -> OIDC:
    """*idp* as the provider "corp"."""
    client = {"client_id": idp.client_id, "client_secret": idp.client_secret}
    given = {"id": "corp", "name": "Corp", "issuer": idp.issuer, "http_client": idp.http_client(), **client, **options}
    return OIDC(**given)


def answering(idp: FakeIdP, path: str, response: httpx2.Response) -> httpx2.AsyncClient:
    """The way to *idp*, with *response* in place of what it says at *path*."""
    way = httpx2.ASGITransport(idp.asgi)

    async def answer(request: httpx2.Request) -> httpx2.Response:
        return response if request.url.path == path else await way.handle_async_request(request)

    return httpx2.AsyncClient(transport=httpx2.MockTransport(answer))


async def to_provider(browser: Browser, query: str = "", provider: str = "corp", **fields: str) -> str:
    """Begin to sign in; say where the browser is sent."""
    return location_of(await browser.sign_in(f"/signin/{provider}{query}", **fields))


async def sign_in(browser: Browser, idp: FakeIdP, sub: str = "alice", **fields: str) -> str:
    """Sign in as *sub*, through "corp" unless *fields* name another provider; say where the browser ends."""
    return location_of(await browser.get(idp.sign_in(await to_provider(browser, **fields), sub)))
