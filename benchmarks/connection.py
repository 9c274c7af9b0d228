"""A lean HTTP client for benchmarks that check every response: one connection, one request at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import httptools


@dataclass(slots=True)
class Reply:
    """A response."""

    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def json(self) -> Any:
        """The body as JSON. Raises ValueError if it is not JSON."""
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """Return the first header of that name in lower case, or an empty string."""
        return next((value for key, value in self.headers if key == name), "")

    def cookies(self) -> dict[str, str]:
        """Return the cookies that the response sets, as the browser sends them back. A deleted one is empty."""
        found: dict[str, str] = {}
        for name, value in self.headers:
            if name == "set-cookie":
                for key, morsel in SimpleCookie(value).items():
                    found[key] = "" if morsel["max-age"] == "0" else morsel.coded_value
        return found


class Connection(asyncio.Protocol):
    """A connection to a server on this machine, opened at the first request and after each one that failed.

    Args:
        port: The port that the server listens on.
        timeout: The time limit for each response, in seconds.
    """

    def __init__(self, port: int, timeout: float) -> None:
        self._port, self._timeout = port, timeout
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._parser: Any = None
        self._reply = Reply()

    async def ask(self, path: str, cookies: Mapping[str, str], form: Mapping[str, str] | None = None) -> Reply:
        """Send a GET, or a POST of *form*; return the response.

        Raises:
            TimeoutError: There was no response in time.
            ConnectionError: The connection was refused or closed before the end of the response.
        """
        try:
            async with asyncio.timeout(self._timeout):
                if self._transport is None:
                    await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self._port)
                assert self._transport
                self._parser, self._reply = httptools.HttpResponseParser(self), Reply()
                self._waiter = asyncio.get_running_loop().create_future()
                self._transport.write(_request(path, cookies, form))
                return await self._waiter
        except BaseException:
            self.close()
            raise
        finally:
            self._waiter = None

    def close(self) -> None:
        """Close the connection. The next request opens another one."""
        if self._transport:
            self._transport.abort()
            self._transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._waiter and not self._waiter.done():
            self._waiter.set_exception(ConnectionResetError("The server closed the connection."))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._reply.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        self._reply.body += body

    def on_message_complete(self) -> None:
        self._reply.status = self._parser.get_status_code()
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(self._reply)


def _request(path: str, cookies: Mapping[str, str], form: Mapping[str, str] | None) -> bytes:
    lines = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", "Host: localhost:3000"]
    if cookies:
        lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
    body = urlencode(form).encode() if form is not None else b""
    if form is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
