"""HTTP requests to a provider, with limits for a server that is slow, broken or hostile.

Rule 1: a request takes at most 10 seconds in total, including the whole body. A response is at most 1 MB, decompressed.
Rule 2: redirects are not followed, so codes, secrets and tokens are sent to the configured endpoint only.
Rule 3: endpoints are https. In development, http works on loopback (RFC 8252 section 8.3) and, with the provider's
        ``allow_insecure``, on private names.
Rule 4: a GET is retried once after a connection error. A POST is never retried, because a code works only once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from authwright.errors import OAuthCallbackError
from authwright.providers.http import Reply
from authwright.providers.oauth import HTTP_RULE
from authwright.server.oauth.decompression import codings_of, decompress
from authwright.server.oauth.http_clients import AppClient, HttpClients, SharedClient
from authwright.server.protocol.urls import is_endpoint

if TYPE_CHECKING:
    import httpx2

TIME_LIMIT = 10.0
SIZE_LIMIT = 1_000_000


class Outbound:
    """An HTTP client with the limits above.

    Args:
        client: The app's own HTTP client, such as one with a proxy or certificate authorities.
        shared: The HTTP client to use if *client* is None. If both are None, a new client is created.
        option: The name of the option that *client* comes from, for error messages.
        allow_insecure: Whether endpoints on private names may be http.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient | None = None,
        shared: SharedClient | None = None,
        option: str = "http_client",
        *,
        allow_insecure: bool = False,
    ) -> None:
        self._allow_insecure = allow_insecure
        self._clients: HttpClients = AppClient(client, option) if client else shared or SharedClient()

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Reply:
        """GET *url*. Raises ``OAuthCallbackError`` if the complete response does not arrive in time."""
        return await self._call("GET", url, headers or {}, None, tries=2)

    async def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Reply:
        """POST *form* to *url*. Raises ``OAuthCallbackError`` if the complete response does not arrive in time."""
        return await self._call("POST", url, headers or {}, form, tries=1)

    async def _call(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None, *, tries: int
    ) -> Reply:
        import httpx2

        if not is_endpoint(url, allow_insecure=self._allow_insecure):
            raise OAuthCallbackError(f"The provider's endpoints must be https URLs {HTTP_RULE}.")
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
            raise OAuthCallbackError(f"{host} took longer than {TIME_LIMIT:.0f} seconds to respond.") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            # The error's text may contain the URL, which may contain a token.
            raise OAuthCallbackError(f"{host} cannot be reached: {type(error).__name__}.") from None

    async def _once(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Reply:
        client = self._clients.get()
        request = client.build_request(method, url, headers=dict(headers), data=form)
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            body = await _body(response)
            return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)
        finally:
            await response.aclose()


async def _body(response: httpx2.Response) -> bytes:
    """Return the decompressed body of *response*. Raises ``OAuthCallbackError`` if it is too large or unreadable."""
    # If a hook of the app's client has read the response, httpx2 has removed the codings that it knows.
    was_read = response.is_stream_consumed
    body = await response.aread() if was_read else await _raw_body(response)
    try:
        codings = codings_of(response.headers.get("content-encoding", ""))
        body = decompress(body, [name for name in codings if name == "x-gzip"] if was_read else codings, SIZE_LIMIT)
    except ValueError as error:
        raise OAuthCallbackError(f"The response from {response.request.url.host} {error}.") from None
    if len(body) > SIZE_LIMIT:
        raise _too_large(response)
    return body


async def _raw_body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > SIZE_LIMIT:
            raise _too_large(response)
    return bytes(body)


def _too_large(response: httpx2.Response) -> OAuthCallbackError:
    return OAuthCallbackError(f"The response from {response.request.url.host} is larger than 1 MB.")
