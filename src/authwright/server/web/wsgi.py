"""The REST API as a WSGI application (PEP 3333). Requests run on the background event loop of the process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from authwright.http import BODY_LIMIT, Request, Response
from authwright.server.runtime import blocking
from authwright.server.web.frameworks import wsgi_request

if TYPE_CHECKING:
    from wsgiref.types import InputStream, StartResponse, WSGIEnvironment


class WSGIApp:
    """A WSGI application to mount at the base path in a WSGI server or framework."""

    def __init__(self, handle: Callable[[Request], Awaitable[Response]]) -> None:
        self._handle = handle

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = wsgi_request(environ, _read(environ["wsgi.input"], environ.get("CONTENT_LENGTH", "")))
        response = blocking.run(self._respond(request), "auth.handle")
        headers = [*response.headers, ("Content-Length", str(len(response.body)))]
        headers += [("Set-Cookie", cookie.serialize()) for cookie in response.cookies]
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", headers)
        return [b"" if request.method == "HEAD" else response.body]

    async def _respond(self, request: Request) -> Response:
        return await self._handle(request)


def _read(stream: InputStream, length: str) -> bytes:
    """Read the body, stopping just past the limit."""
    declared = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    return stream.read(min(declared, BODY_LIMIT + 1))
