"""A Starlette app with e-mail links over SQLite: pip install "authwright[sqlite,mail,starlette]" uvicorn.

E-mail is sent to localhost:1025. Run `python -m aiosmtpd -n -l localhost:1025` to read the links.
"""

import os
from html import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from authwright import Auth
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.integrations.starlette import auth_mount, current_session, session_required
from authwright.providers import Email

auth = Auth(
    secret="replace me with what `authwright secret` prints",
    base_url="http://localhost:3000",
    adapter=SQLAlchemyAdapter(os.environ.get("DATABASE_URL", "sqlite+aiosqlite:///auth.db")),
    providers=[Email(server=os.environ.get("MAIL_SERVER", "smtp://localhost:1025"), sender="App <app@example.com>")],
)


async def home(request: Request) -> Response:
    session = await current_session(auth, request)
    if session is None:
        return HTMLResponse('<a href="/api/auth/signin?callbackUrl=/account">Sign in</a>')
    return HTMLResponse('<a href="/account">Your account</a>')


@session_required(auth)
async def account(request: Request) -> Response:
    email = request.state.session["user"]["email"]
    return HTMLResponse(f'<p>{escape(email)}</p><a href="/api/auth/signout?callbackUrl=/">Sign out</a>')


app = Starlette(routes=[auth_mount(auth), Route("/", home), Route("/account", account)])
