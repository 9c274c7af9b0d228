"""Connect an app to a FakeIdP, and sign in through it."""

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
    """Return *idp* as the provider "corp"."""
    client = {"client_id": idp.client_id, "client_secret": idp.client_secret}
    given = {"id": "corp", "name": "Corp", "issuer": idp.issuer, "http_client": idp.http_client(), **client, **options}
    return OIDC(**given)


def answering(idp: FakeIdP, path: str, response: httpx2.Response) -> httpx2.AsyncClient:
    """Return an HTTP client for *idp* that returns *response* for requests to *path*."""
    transport = httpx2.ASGITransport(idp.asgi)

    async def respond(request: httpx2.Request) -> httpx2.Response:
        return response if request.url.path == path else await transport.handle_async_request(request)

    return httpx2.AsyncClient(transport=httpx2.MockTransport(respond))


async def to_provider(browser: Browser, query: str = "", provider: str = "corp", **fields: str) -> str:
    """Start a sign-in, and return the authorization URL that the browser is sent to."""
    return location_of(await browser.sign_in(f"/signin/{provider}{query}", **fields))


async def sign_in(browser: Browser, idp: FakeIdP, sub: str = "alice", **fields: str) -> str:
    """Sign in as *sub* at "corp", or at the provider in *fields*; return the URL of the final redirect."""
    return location_of(await browser.get(idp.sign_in(await to_provider(browser, **fields), sub)))
