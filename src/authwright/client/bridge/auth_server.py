"""The part of ``Auth`` that the client uses if a page's Python code runs in the server process."""

from __future__ import annotations

from typing import Protocol

from authwright.types import Session


class AuthServer(Protocol):
    """An ``authwright.Auth``. The client uses only these methods and imports nothing from the server."""

    @property
    def base_path(self) -> str:
        """The path of the REST API, such as ``/api/auth``."""

    async def get_server_session(self, request: object, response: object = None) -> Session | None:
        """Return the session of *request*, or None if the user is signed out."""

    def read_receipt(self, receipt: str, nonce: str) -> Session | None:
        """Return the session that *receipt* confirms. Raises ``InvalidToken`` if it was not made for *nonce*."""
