"""The part of ``Auth`` that the client uses if a page's Python code runs in the server process."""

from __future__ import annotations

from typing import Protocol

from authwright.types import Session, SessionT


class AuthServer(Protocol[SessionT]):
    """An ``authwright.Auth``. The client uses only these methods and imports nothing from the server."""

    def base_path_of(self, request: object) -> str:
        """Return the path of the REST API, such as ``/api/auth``, as the browser that sent *request* sees it."""

    def sign_in_url(self, request: object, *, error: str = "") -> str:
        """Return the URL of the sign-in page, which returns to the page that *request* is for."""

    async def get_server_session(self, request: object, response: object = None) -> SessionT | None:
        """Return the session of *request*, or None if the user is signed out."""

    def read_receipt(self, receipt: str, nonce: str) -> Session | None:
        """Return the session that *receipt* confirms. Raises ``InvalidToken`` if it was not made for *nonce*."""
