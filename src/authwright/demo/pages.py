"""The demo's pages that need no client API: the outbox and the error pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from authwright.auth import Auth
from authwright.integrations.starlette import current_session
from authwright.testing import Outbox

HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_templates = Jinja2Templates(Path(__file__).parent / "templates")


class DemoPages:
    """The endpoints, and the lifespan of the app."""

    def __init__(self, auth: Auth, outbox: Outbox) -> None:
        self._auth = auth
        self._outbox = outbox

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await self._auth.aclose()

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
        context = {"page": page, "session": session, **values}
        return _templates.TemplateResponse(request, f"{page}.html", context, status, HEADERS)
