"""The REST API as an ASGI 3 application. It only converts requests and responses; ``Auth.handle`` does the work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from authwright.http import BODY_LIMIT, JSON, NO_STORE, Cookie, Request, Response
from authwright.server.web.caching import governs_caching, is_shared, private
from authwright.server.web.frameworks import asgi_request

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
RawHeaders: TypeAlias = Iterable[tuple[bytes, bytes]]


class ASGIApp:
    """An ASGI application to mount at any path: ``app.mount("/api/auth", auth.asgi)``. It respects ``root_path``."""

    def __init__(self, handle: Callable[[Request], Awaitable[Response]], aclose: Callable[[], Awaitable[None]]) -> None:
        self._handle = handle
        self._aclose = aclose
        # The name of the route that serves the whole API in FastAPI's router. ``mounts`` finds the API by this name.
        self.route_name: str = f"authwright-{id(self)}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope["type"], receive, send)
            return
        # The body of a GET has no meaning (RFC 9110 section 9.3.1), so we do not wait for it.
        body = b"" if scope["method"] in ("GET", "HEAD") else await _read(receive)
        if body is None:
            return
        response = await self._handle(asgi_request(scope, body))
        is_json = response.headers == _JSON_HEADERS
        headers = [*_ENCODED_JSON_HEADERS] if is_json else [_encoded(header) for header in response.headers]
        headers.extend(map(_set_cookie, response.cookies))
        headers.append((b"content-length", b"%d" % len(response.body)))
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        content = b"" if scope["method"] == "HEAD" else response.body
        await send({"type": "http.response.body", "body": content})

    async def _other(self, kind: str, receive: Receive, send: Send) -> None:
        if kind == "lifespan":
            await self._lifespan(receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                # Close before reporting that the shutdown is complete, because the server then ends the process.
                await self._aclose()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def with_cookies(headers: RawHeaders, cookies: Iterable[Cookie]) -> list[tuple[bytes, bytes]]:
    """Return the *headers* of a response with the *cookies* of a session that was renewed, or is removed.

    If shared caches may store the response, it gets no cookies. Otherwise it becomes private (``caching``).
    """
    raw, added = list(headers), [_set_cookie(cookie) for cookie in cookies]
    plain = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in raw]
    if not added or is_shared(plain):
        return raw
    kept = [header for header, (name, _) in zip(raw, plain, strict=True) if not governs_caching(name)]
    # The cookies come first: the last cookie of a name counts, and the endpoint may have changed the session.
    return [*added, *kept, _encoded(("Cache-Control", private(plain)))]


def _encoded(header: tuple[str, str]) -> tuple[bytes, bytes]:
    return header[0].lower().encode("latin-1"), header[1].encode("latin-1")


def _set_cookie(cookie: Cookie) -> tuple[bytes, bytes]:
    return b"set-cookie", cookie.serialize().encode("latin-1")


# The headers of most responses, encoded once.
_JSON_HEADERS = [JSON, *NO_STORE]
_ENCODED_JSON_HEADERS = [_encoded(header) for header in _JSON_HEADERS]


async def _read(receive: Receive) -> bytes | None:
    """Read the body, stopping just past the limit. Return None if the client disconnects."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_LIMIT or not message.get("more_body"):
            return b"".join(chunks)
