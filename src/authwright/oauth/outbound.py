"""Calls to a provider. Whoever answers is not trusted with our time, our memory or our secrets.

Rule 1: a call takes 10 seconds in all, to the last byte; an answer is at most 1 MB. A body that trickles is cut.
Rule 2: a redirect is not followed: code, secret and tokens go to the configured endpoint and nowhere else.
Rule 3: an endpoint is https; http is for loopback, in development (RFC 8252 section 8.3).
Rule 4: a GET is tried once more after a connection error, a POST never: a code works once.
"""

from __future__ import annotations

import asyncio
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from authwright.errors import OAuthCallbackError
from authwright.oauth.http_clients import AppClient, HttpClients, SharedClient
from authwright.protocol.urls import is_endpoint
from authwright.strict_json import load_foreign

if TYPE_CHECKING:
    import httpx2

TIME_LIMIT = 10.0
SIZE_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered, whole. ``headers`` are by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises ``OAuthCallbackError`` where it is none."""
        value = self._parsed()
        if not isinstance(value, dict):
            raise OAuthCallbackError("The provider's answer is not a JSON object.")
        return value

    def form(self) -> dict[str, str]:
        """The body as a form; of a repeated name the last value."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json_list(self) -> list[Any]:
        """The body as a JSON array. Raises ``OAuthCallbackError`` where it is none."""
        value = self._parsed()
        if not isinstance(value, list):
            raise OAuthCallbackError("The provider's answer is not a JSON array.")
        return value

    def _parsed(self) -> object:
        try:
            return load_foreign(self.body.removeprefix(BOM_UTF8))
        except (ValueError, RecursionError):
            raise OAuthCallbackError("The provider's answer is not JSON.") from None


class Outbound:
    """Calls endpoints with the limits above.

    Args:
        client: The app's own HTTP client, for its proxy and its certificate authorities.
        shared: What gives a client where the app has none of its own. None: one for these calls alone.
        option: What *client* was given as, for the error.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient | None = None,
        shared: SharedClient | None = None,
        option: str = "http_client",
    ) -> None:
        self._clients: HttpClients = AppClient(client, option) if client else shared or SharedClient()

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET *url*. Raises ``OAuthCallbackError`` where no whole answer comes in time."""
        return await self._call("GET", url, headers or {}, None, tries=2)

    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """POST *form* to *url*. Raises ``OAuthCallbackError`` where no whole answer comes in time."""
        return await self._call("POST", url, headers or {}, form, tries=1)

    async def _call(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None, *, tries: int
    ) -> Answer:
        import httpx2

        if not is_endpoint(url):
            raise OAuthCallbackError("An endpoint of the provider is neither https nor http on loopback.")
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "authwright", **headers}
        host = urlsplit(url).hostname
        try:
            async with asyncio.timeout(TIME_LIMIT):
                while True:
                    tries -= 1
                    try:
                        return await self._once(method, url, sent, form)
                    except (httpx2.ConnectError, httpx2.ReadError, httpx2.RemoteProtocolError):
                        if tries == 0:
                            raise
        except TimeoutError:
            raise OAuthCallbackError(f"{host} took longer than {TIME_LIMIT:.0f} s.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # The error's text may hold the URL, and that a token.
            raise OAuthCallbackError(f"{host} cannot be reached: {type(error).__name__}.") from None

    async def _once(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Answer:
        client = self._clients.get()
        request = client.build_request(method, url, headers=dict(headers), data=form)
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                # Nobody asked for it, and a small body could unpack to any size before it is counted.
                raise OAuthCallbackError(f"The answer of {request.url.host} is compressed.")
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > SIZE_LIMIT:
                    raise OAuthCallbackError(f"The answer of {request.url.host} is larger than 1 MB.")
            return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body))
        finally:
            await response.aclose()
