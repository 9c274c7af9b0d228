"""The demo's pages: what each shows, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.templating import Jinja2Templates

from authwright.auth import Auth
from authwright.demo.users import DEMO_USERS
from authwright.integrations.starlette import current_session
from authwright.testing import Outbox

_FORM_LIMIT = 2000
_templates = Jinja2Templates(Path(__file__).parent / "templates")


class Pages:
    """The endpoints. Those behind ``session_required`` find the session in ``request.state.session``."""

    def __init__(self, auth: Auth, outbox: Outbox) -> None:
        self._auth = auth
        self._outbox = outbox

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await self._auth.aclose()

    async def home(self, request: Request) -> Response:
        return self._show(request, "home", await current_session(self._auth, request), users=DEMO_USERS)

    async def protected(self, request: Request) -> Response:
        return self._show(request, "protected", request.state.session)

    async def profile(self, request: Request) -> Response:
        if request.method == "GET":
            return self._show(request, "profile", request.state.session, saved="saved" in request.query_params)
        response = RedirectResponse("/profile?saved", 303)
        form = dict(parse_qsl((await request.body())[:_FORM_LIMIT].decode("utf-8", "replace")))
        await self._auth.update_session(request, {"name": form.get("name")}, response)
        return response

    async def admin(self, request: Request) -> Response:
        return self._show(request, "admin", request.state.session, mails=self._outbox.mails[::-1])

    async def outbox(self, request: Request) -> Response:
        session = await current_session(self._auth, request)
        return self._show(request, "outbox", session, mails=self._outbox.mails[::-1])

    async def forbidden(self, request: Request, error: Exception) -> Response:
        session = await current_session(self._auth, request)
        return self._show(request, "forbidden", session, status=403)

    async def not_found(self, request: Request, error: Exception) -> Response:
        session = await current_session(self._auth, request)
        return self._show(request, "missing", session, status=404)

    def _show(self, request: Request, page: str, session: object, *, status: int = 200, **values: Any) -> Response:
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        context = {"page": page, "session": session, **values}
        return _templates.TemplateResponse(request, f"{page}.html", context, status, headers)
