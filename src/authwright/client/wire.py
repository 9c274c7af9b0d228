"""The transport of a native client: httpx2, with or without an event loop.

Rule 1: cookies and the bearer token go to the client's own origin and to no other.
Rule 2: redirects are answers here, and are not followed: the flow's next step is the caller's.
Rule 3: every request has a total time, and an answer over 1 MB is refused.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from authwright.client.jar import save_cookies

if TYPE_CHECKING:
    import httpx2

_SIZE_LIMIT = 1_000_000


class Outgoing:
    """What both transports add to a request, and take from an answer."""

    def __init__(self, base_url: str, bearer: str | None, timeout: float, cookie_file: Path | None) -> None:
        parts = urlsplit(base_url)
        self._origin = (parts.scheme, parts.netloc)
        self._bearer = bearer
        self.timeout = timeout
        self._cookie_file = cookie_file

    def headers(self, url: str, headers: Mapping[str, str]) -> dict[str, str]:
        """*headers* with the bearer token. Raises ``ValueError`` where *url* is of another origin."""
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != self._origin:
            raise ValueError("The client speaks to the origin of its base URL alone.")
        bearer = {"Authorization": f"Bearer {self._bearer}"} if self._bearer else {}
        return {"Accept": "application/json", **headers, **bearer}

    def keep(self, client: httpx2.AsyncClient | httpx2.Client, response: httpx2.Response) -> None:
        """Store the cookies that *response* set, where there is a file for them."""
        if self._cookie_file and "set-cookie" in response.headers:
            save_cookies(client.cookies.jar, self._cookie_file)


def parsed(status: int, body: bytes) -> tuple[int, Any]:
    """The status and the JSON of an answer, None where it is none."""
    try:
        return status, json.loads(body)
    except (ValueError, RecursionError):
        return status, None


class AsyncTransport:
    """The port *Transport* over an ``httpx2.AsyncClient``."""

    def __init__(self, client: httpx2.AsyncClient, outgoing: Outgoing) -> None:
        self._client = client
        self._outgoing = outgoing

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        sent = self._outgoing.headers(url, headers)
        async with (
            asyncio.timeout(self._outgoing.timeout),
            self._client.stream(method, url, headers=sent, content=body, follow_redirects=False) as response,
        ):
            self._outgoing.keep(self._client, response)
            read = bytearray()
            async for chunk in response.aiter_bytes():
                read += chunk
                if len(read) > _SIZE_LIMIT:
                    raise ConnectionError("The answer is larger than 1 MB.")
        return parsed(response.status_code, bytes(read))


class SyncTransport:
    """The port *Transport* over an ``httpx2.Client``: its coroutines never wait."""

    def __init__(self, client: httpx2.Client, outgoing: Outgoing) -> None:
        self._client = client
        self._outgoing = outgoing

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        sent = self._outgoing.headers(url, headers)
        deadline = time.monotonic() + self._outgoing.timeout
        read = bytearray()
        with self._client.stream(
            method, url, headers=sent, content=body, follow_redirects=False, timeout=self._outgoing.timeout
        ) as response:
            self._outgoing.keep(self._client, response)
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > _SIZE_LIMIT or time.monotonic() > deadline:
                    raise ConnectionError("The answer is larger than 1 MB, or took too long.")
        return parsed(response.status_code, bytes(read))
