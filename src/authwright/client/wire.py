"""The transport of a native client: httpx2, with or without an event loop.

Rule 1: cookies and the bearer token go to the client's own origin and to no other.
Rule 2: for the auth API a redirect is an answer: the flow's next step is the caller's. For the app's own API redirects
        are followed as long as they stay within the origin.
Rule 3: every request has a time limit, and an answer of the auth API over 1 MB is refused.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from authwright.client.jar import save_cookies
from authwright.client.log import warn
from authwright.errors import ConfigurationError

if TYPE_CHECKING:
    import httpx2

    # What httpx2 takes beside method and URL: content, data, json, params, headers.
    Options: TypeAlias = Mapping[str, Any]

_SIZE_LIMIT = 1_000_000
_MOST_REDIRECTS = 10


class Outgoing:
    """What both transports add to a request, and take from an answer.

    Args:
        base_url: The API's base, whose origin is the client's own.
        bearer: A raw session token, None for none.
        timeout: Seconds.
        cookie_file: Where the cookies are kept, None for nowhere.
    """

    def __init__(self, base_url: str, bearer: str | None, timeout: float, cookie_file: Path | None) -> None:
        import httpx2

        if bearer and not (bearer.isascii() and bearer.isprintable()):
            raise ConfigurationError("bearer", "holds what no header may.", "Pass the session token as it was set.")
        self._base = httpx2.URL(base_url)
        self._prefix = base_url + "/"
        self._authorization = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        self.timeout = timeout
        self._cookie_file = cookie_file

    def own(self, url: str) -> httpx2.URL | str:
        """*url*, or the path that it is, at the client's own origin.

        Raises:
            ValueError: It is of another origin.
        """
        if url.startswith(self._prefix):
            return url  # of the auth API: every poll would pay for the parsing
        whole = self._base.join(url)
        if not self._is_own(whole):
            raise ValueError("The client speaks to the origin of its base URL alone.")
        return whole

    def headers(self, headers: Mapping[str, str] | None) -> dict[str, str]:
        """*headers* with the bearer token."""
        return {**(headers or {}), **self._authorization}

    def keep(self, client: httpx2.AsyncClient | httpx2.Client, response: httpx2.Response) -> None:
        """Store the cookies that *response* set, where there is a file for them."""
        if self._cookie_file and "set-cookie" in response.headers:
            try:
                save_cookies(client.cookies.jar, self._cookie_file)
            except OSError as error:
                # The answer is good, and is not thrown away over this.
                warn("CLIENT_COOKIE_ERROR", f"{self._cookie_file} cannot be written: {type(error).__name__}.")

    def next_step(self, response: httpx2.Response) -> httpx2.Request | None:
        """The request that follows the redirect *response*; None where it is none, or leads to another origin."""
        step = response.next_request
        return step if step is not None and self._is_own(step.url) else None

    def _is_own(self, url: httpx2.URL) -> bool:
        # httpx2 has dropped default ports here, and reads the host as it will connect to it.
        return (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)


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
        sent = self._outgoing.headers({"Accept": "application/json", **headers})
        own = self._outgoing.own(url)
        async with (
            asyncio.timeout(self._outgoing.timeout),
            self._client.stream(method, own, headers=sent, content=body, follow_redirects=False) as response,
        ):
            self._outgoing.keep(self._client, response)
            read = bytearray()
            async for chunk in response.aiter_bytes():
                read += chunk
                if len(read) > _SIZE_LIMIT:
                    raise ConnectionError("The answer is larger than 1 MB.")
        return parsed(response.status_code, bytes(read))

    async def fetch(self, method: str, url: str, headers: Mapping[str, str] | None, **options: Any) -> httpx2.Response:
        """The answer of the app's own API, redirects within its origin followed."""
        sent = self._outgoing.headers(headers)
        request = self._client.build_request(method, self._outgoing.own(url), headers=sent, **options)
        async with asyncio.timeout(self._outgoing.timeout):
            for _ in range(_MOST_REDIRECTS):
                response = await self._client.send(request, follow_redirects=False)
                self._outgoing.keep(self._client, response)
                step = self._outgoing.next_step(response)
                if step is None:
                    break
                request = step
        return response


class SyncTransport:
    """The port *Transport* over an ``httpx2.Client``: its coroutines never wait.

    Nothing can interrupt a thread that waits for the network: each wait ends at the time limit, and so does the body.
    """

    def __init__(self, client: httpx2.Client, outgoing: Outgoing) -> None:
        self._client = client
        self._outgoing = outgoing

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        timeout = self._outgoing.timeout
        sent = self._outgoing.headers({"Accept": "application/json", **headers})
        own = self._outgoing.own(url)
        deadline = time.monotonic() + timeout
        read = bytearray()
        with self._client.stream(
            method, own, headers=sent, content=body, follow_redirects=False, timeout=timeout
        ) as response:
            self._outgoing.keep(self._client, response)
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > _SIZE_LIMIT or time.monotonic() > deadline:
                    raise ConnectionError("The answer is larger than 1 MB, or took too long.")
        return parsed(response.status_code, bytes(read))

    async def fetch(self, method: str, url: str, headers: Mapping[str, str] | None, **options: Any) -> httpx2.Response:
        """The answer of the app's own API, redirects within its origin followed."""
        sent = self._outgoing.headers(headers)
        timeout = self._outgoing.timeout
        request = self._client.build_request(method, self._outgoing.own(url), headers=sent, timeout=timeout, **options)
        for _ in range(_MOST_REDIRECTS):
            response = self._client.send(request, follow_redirects=False)
            self._outgoing.keep(self._client, response)
            step = self._outgoing.next_step(response)
            if step is None:
                break
            request = step
        return response
