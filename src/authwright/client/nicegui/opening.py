"""The result of ``session_provider``: it holds the page back until its session is known and its user is admitted.

Rule: a page is sent only after each ``session_provider(...)`` that it called has been awaited, and has admitted the
      user. So neither a forgotten ``await`` nor an ``except`` that catches the refusal makes a page public.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from nicegui import Client
    from starlette.requests import Request
    from starlette.responses import Response

    from authwright.client.nicegui.session import PageSession


class Opening(Awaitable["PageSession"]):
    """An awaitable ``PageSession``.

    Args:
        read: Reads the session and admits the user.
        session: The session, if it is known and its user is admitted already.
    """

    def __init__(
        self, read: Callable[[], Awaitable[PageSession]] | None = None, *, session: PageSession | None = None
    ) -> None:
        self._read = read
        self._session = session
        self._refusal: HTTPException | None = None

    def hold_back(self, client: Client) -> None:
        """Do not send the page of *client* until this has been awaited."""
        build_response = client.build_response

        def respond(request: Request, status_code: int = 200) -> Response:
            return build_response(request, status_code) if self._session else self._refuse(client.page.path)

        client.build_response = respond  # type: ignore[method-assign]

    def __await__(self) -> Generator[Any, None, PageSession]:
        return self._open().__await__()

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"The session is not known yet, so it has no {name}. Write: await session_provider(...)")

    async def _open(self) -> PageSession:
        if self._session is None and self._read:
            try:
                self._session = await self._read()
            except HTTPException as refusal:
                self._refusal = refusal
                raise
        assert self._session
        return self._session

    def _refuse(self, path: str) -> Response:
        if self._refusal:
            return refuse(self._refusal)
        logging.getLogger("authwright.client").error(
            "CLIENT_PAGE_ERROR: the page %s was not sent, because session_provider was not awaited. "
            "Make the page's function async, and write: session = await session_provider(...)",
            path,
        )
        return PlainTextResponse("This page is not available.", 500, {"Cache-Control": "no-store"})


def refuse(refusal: HTTPException) -> Response:
    """Return *refusal* as a response."""
    return PlainTextResponse(refusal.detail, refusal.status_code, refusal.headers)
