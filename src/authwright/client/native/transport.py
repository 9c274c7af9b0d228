"""The transport of a native client: httpx2, with or without an event loop.

Rule 1: cookies and the bearer token are sent to the client's own origin only.
Rule 2: redirects of the auth API are not followed: the caller decides about the next step. Redirects of the app's own
        API are followed within the origin.
Rule 3: every request has a time limit, and responses of the auth API over 1 MB are refused.
Rule 4: cookies that are marked as secure, as those of an https site are, travel over plain http only to the origin of
        ``NEXTAUTH_URL_INTERNAL``, whose network the operator trusts (v4's ``getSession({req})`` sends them there, too).
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from authwright.client.core.log import warn
from authwright.client.native.address import Address
from authwright.client.native.jar import save_cookies
from authwright.errors import ConfigurationError

if TYPE_CHECKING:
    import httpx2

    # The arguments of httpx2 besides method and URL: content, data, json, params, headers.
    Options: TypeAlias = Mapping[str, Any]

_SIZE_LIMIT = 1_000_000
_MOST_REDIRECTS = 10


class Outgoing:
    """What both transports share: the origin check, the bearer token and the cookie file.

    Args:
        address: The address of the API. Its origin is the client's own origin.
        bearer: A raw session token, or None.
        timeout: The time limit in seconds.
        cookie_file: The file that stores the cookies, or None.

    Raises:
        ConfigurationError: A header cannot carry *bearer*.
    """

    def __init__(self, address: Address, bearer: str | None, timeout: float, cookie_file: Path | None) -> None:
        import httpx2

        if bearer and not (bearer.isascii() and bearer.isprintable()):
            raise ConfigurationError(
                "bearer", "contains a character that no header can carry.", "Pass the token as the server set it."
            )
        self._base = httpx2.URL(address.api)
        self._prefix = address.api + "/"
        self._internal = address.internal
        self._authorization = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        self.timeout = timeout
        self._cookie_file = cookie_file

    def own(self, url: str) -> httpx2.URL | str:
        """Return *url*, which may be a path, as a URL of the client's own origin.

        Raises:
            ValueError: *url* belongs to another origin.
        """
        if url.startswith(self._prefix):
            return url  # a URL of the auth API: do not parse it for every poll
        whole = self._base.join(url)
        if not self._is_own(whole):
            raise ValueError("The client sends requests only to the origin of its base URL.")
        return whole

    def headers(
        self, client: httpx2.AsyncClient | httpx2.Client, url: httpx2.URL | str, headers: Mapping[str, str] | None
    ) -> dict[str, str]:
        """Return *headers* for a request to *url*, with the bearer token and, by Rule 4, the cookies added."""
        return {**self._cookies(client, url), **(headers or {}), **self._authorization}

    def _cookies(self, client: httpx2.AsyncClient | httpx2.Client, url: httpx2.URL | str) -> dict[str, str]:
        if not self._internal:
            return {}
        # A jar returns secure cookies for https only, so ask it for those of the same URL on https.
        cookies = client.build_request("GET", str(url).replace("http://", "https://", 1)).headers.get("cookie")
        return {"Cookie": cookies} if cookies else {}

    def keep(self, client: httpx2.AsyncClient | httpx2.Client, response: httpx2.Response) -> None:
        """Save the cookies that *response* set, if there is a cookie file."""
        if self._cookie_file and "set-cookie" in response.headers:
            try:
                save_cookies(client.cookies.jar, self._cookie_file)
            except OSError as error:
                # The response is still valid, so do not discard it.
                warn("CLIENT_COOKIE_ERROR", f"{self._cookie_file} cannot be written: {type(error).__name__}.")

    def next_step(self, client: httpx2.AsyncClient | httpx2.Client, response: httpx2.Response) -> httpx2.Request | None:
        """Return the request that follows a redirect. None if *response* is no redirect, or leads to another origin."""
        step = response.next_request
        if step is None or not self._is_own(step.url):
            return None
        step.headers.update(self._cookies(client, step.url))
        return step

    def _is_own(self, url: httpx2.URL) -> bool:
        # httpx2 has already removed default ports, and returns the host that it will connect to.
        return (url.scheme, url.host, url.port) == (self._base.scheme, self._base.host, self._base.port)


def parsed(status: int, body: bytes) -> tuple[int, Any]:
    """Return the status and the parsed JSON, or None instead if *body* is invalid JSON."""
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
        own = self._outgoing.own(url)
        sent = self._outgoing.headers(self._client, own, {"Accept": "application/json", **headers})
        async with (
            asyncio.timeout(self._outgoing.timeout),
            self._client.stream(method, own, headers=sent, content=body, follow_redirects=False) as response,
        ):
            self._outgoing.keep(self._client, response)
            read = bytearray()
            async for chunk in response.aiter_bytes():
                read += chunk
                if len(read) > _SIZE_LIMIT:
                    raise ConnectionError("The response is larger than 1 MB.")
        return parsed(response.status_code, bytes(read))

    async def fetch(self, method: str, url: str, headers: Mapping[str, str] | None, **options: Any) -> httpx2.Response:
        """Send a request to the app's own API, and follow redirects within its origin."""
        own = self._outgoing.own(url)
        sent = self._outgoing.headers(self._client, own, headers)
        request = self._client.build_request(method, own, headers=sent, **options)
        async with asyncio.timeout(self._outgoing.timeout):
            for _ in range(_MOST_REDIRECTS):
                response = await self._client.send(request, follow_redirects=False)
                self._outgoing.keep(self._client, response)
                step = self._outgoing.next_step(self._client, response)
                if step is None:
                    break
                request = step
        return response


class SyncTransport:
    """The port *Transport* over an ``httpx2.Client``: its coroutines block instead of waiting.

    A thread that waits for the network cannot be interrupted, so the time limit applies to each network operation and
    to reading the body.
    """

    def __init__(self, client: httpx2.Client, outgoing: Outgoing) -> None:
        self._client = client
        self._outgoing = outgoing

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        timeout = self._outgoing.timeout
        own = self._outgoing.own(url)
        sent = self._outgoing.headers(self._client, own, {"Accept": "application/json", **headers})
        deadline = time.monotonic() + timeout
        read = bytearray()
        with self._client.stream(
            method, own, headers=sent, content=body, follow_redirects=False, timeout=timeout
        ) as response:
            self._outgoing.keep(self._client, response)
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > _SIZE_LIMIT or time.monotonic() > deadline:
                    raise ConnectionError("The response is larger than 1 MB, or took too long.")
        return parsed(response.status_code, bytes(read))

    async def fetch(self, method: str, url: str, headers: Mapping[str, str] | None, **options: Any) -> httpx2.Response:
        """Send a request to the app's own API, and follow redirects within its origin."""
        own = self._outgoing.own(url)
        sent = self._outgoing.headers(self._client, own, headers)
        timeout = self._outgoing.timeout
        request = self._client.build_request(method, own, headers=sent, timeout=timeout, **options)
        for _ in range(_MOST_REDIRECTS):
            response = self._client.send(request, follow_redirects=False)
            self._outgoing.keep(self._client, response)
            step = self._outgoing.next_step(self._client, response)
            if step is None:
                break
            request = step
        return response
