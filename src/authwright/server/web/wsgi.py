"""The REST API as a WSGI application (PEP 3333). Requests run on the background event loop of the process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from authwright.http import BODY_LIMIT, Request, Response
from authwright.server.runtime import blocking
from authwright.server.web.frameworks import wsgi_request

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class WSGIApp:
    """A WSGI application to mount at the base path in a WSGI server or framework."""

    def __init__(self, handle: Callable[[Request], Awaitable[Response]]) -> None:
        self._handle = handle

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = wsgi_request(environ, _read(environ))
        response = blocking.run(self._respond(request), "auth.handle")
        headers = [*response.headers, ("Content-Length", str(len(response.body)))]
        headers += [("Set-Cookie", cookie.serialize()) for cookie in response.cookies]
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", headers)
        return [b"" if request.method == "HEAD" else response.body]

    async def _respond(self, request: Request) -> Response:
        return await self._handle(request)


def _read(environ: WSGIEnvironment) -> bytes:
    """Read the body, stopping just past the limit.

    A chunked body has no length. It can be read if the server ends the stream with the body, which it declares with
    ``wsgi.input_terminated``. Otherwise reading past ``CONTENT_LENGTH`` would wait for the next request (PEP 3333).
    """
    length = environ.get("CONTENT_LENGTH") or ""
    declared = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    ends = not length and environ.get("wsgi.input_terminated")
    missing = BODY_LIMIT + 1 if ends else min(declared, BODY_LIMIT + 1)
    body = bytearray()
    # Some streams return a part of what is asked for.
    while missing and (part := environ["wsgi.input"].read(missing)):
        body += part
        missing -= len(part)
    return bytes(body)
