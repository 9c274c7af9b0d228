"""A small site with the built-in pages: a home page that shows the user's name, a page for members, and an outbox.

Users sign in by password, by e-mail link and through an identity provider on another site.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from authwright import Auth, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.providers import Email
from authwright.testing import FakeIdP
from contract.browser.servers import SECRET, corp, known, password


def build(origin: str, idp: FakeIdP) -> Starlette:
    """Return the site at *origin*, with database sessions; two of its providers sign in through *idp*."""
    outbox: list[tuple[str, str]] = []

    async def send(identifier: str, url: str) -> None:
        outbox.append((identifier, url))

    posting = corp(idp, "posting", authorization_params={"response_mode": "form_post"})
    auth = Auth(
        secret=SECRET,
        base_url=origin,
        adapter=MemoryAdapter(),
        session=SessionOptions(strategy="database"),
        providers=[password(known), Email(send=send), corp(idp), posting],
    )

    async def home(request: Request) -> Response:
        session = await auth.get_server_session(request)
        user = session["user"] if session else {}
        return _page(f"<h1>{escape(user.get('name') or user.get('email') or 'Signed out')}</h1>")

    async def members(request: Request) -> Response:
        if await auth.get_server_session(request):
            return await home(request)
        return RedirectResponse("/api/auth/signin?" + urlencode({"callbackUrl": "/members"}))

    async def show_outbox(_: Request) -> Response:
        mails = [f'<li>{escape(to)} <a href="{escape(url)}">Sign in</a></li>' for to, url in outbox]
        return _page(f"<h1>Outbox</h1><ul>{''.join(mails)}</ul>")

    routes = [Route("/", home), Route("/members", members), Route("/outbox", show_outbox)]
    return Starlette(routes=[Mount("/api/auth", auth.asgi), *routes])


def _page(body: str) -> HTMLResponse:
    icon = '<link rel="icon" href="data:,">'
    return HTMLResponse(f'<!doctype html><html lang="en"><title>Site</title>{icon}{body}</html>')
