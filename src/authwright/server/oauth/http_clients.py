"""HTTP clients for requests to providers. A client's connections belong to one event loop.

Rule 1: the providers of an ``Auth`` share one client per loop, because creating a client blocks the loop for 25 ms.
Rule 2: the shared client neither stores nor sends cookies, so a cookie of one provider never reaches another request.
Rule 3: each request uses a new connection. An idle connection may have been closed, and a POST that fails because of
        that cannot be repeated, because a code works only once.
Rule 4: the app's own client works only on the loop that used it first. On another loop it raises an error instead of
        hanging.
"""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Protocol

from authwright.adapters.owners import claim
from authwright.server.runtime.loops import PerLoop

if TYPE_CHECKING:
    import httpx2

_CONNECTIONS = 100


class HttpClients(Protocol):
    """A source of the running loop's HTTP client."""

    def get(self) -> httpx2.AsyncClient: ...


class SharedClient:
    """One client per loop, created at first use and closed when the loop ends or by ``aclose``."""

    def __init__(self) -> None:
        self._clients = PerLoop(_make, _close)

    def get(self) -> httpx2.AsyncClient:
        """Return the running loop's client."""
        return self._clients.get()

    async def aclose(self) -> None:
        """Close the clients of all loops. Later requests create new clients."""
        await self._clients.aclose()


class AppClient:
    """The app's own client, which the app must close."""

    def __init__(self, client: httpx2.AsyncClient, option: str) -> None:
        self._client = client
        self._option = option

    def get(self) -> httpx2.AsyncClient:
        """Return the client. Raises ``ConfigurationError`` if another loop has used it before."""
        if _has_connections(self._client):
            claim(self._client, self._option, "HTTP client", "Leave it out")
        return self._client


def _has_connections(client: httpx2.AsyncClient) -> bool:
    """Return whether *client* uses the network. A client for tests, such as ``FakeIdP``'s, works on any loop."""
    import httpx2

    return not isinstance(client._transport, (httpx2.ASGITransport, httpx2.MockTransport))


def _make() -> httpx2.AsyncClient:
    import httpx2

    limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=0)
    # ``Outbound`` limits the total time of a request.
    client = httpx2.AsyncClient(timeout=None, limits=limits)
    # No domain may set a cookie.
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


async def _close(client: httpx2.AsyncClient) -> None:
    await client.aclose()
