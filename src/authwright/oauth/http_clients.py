"""HTTP clients for calls to providers. A client's connections belong to one event loop, always.

Rule 1: the providers of an ``Auth`` share one client on each loop, since to make one blocks the loop for 25 ms.
Rule 2: the shared client keeps no cookie and sends none: providers must not learn of each other.
Rule 3: a connection serves one call. A kept one may have died since, and a POST that meets its end cannot be repeated:
        a code works once.
Rule 4: a client of the app's serves the loop that used it first; another loop gets an error instead of a hang.
"""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Protocol

from authwright.adapters.owners import claim
from authwright.loops import PerLoop

if TYPE_CHECKING:
    import httpx2

_CONNECTIONS = 100


class HttpClients(Protocol):
    """What gives the running loop its HTTP client."""

    def get(self) -> httpx2.AsyncClient: ...


class SharedClient:
    """A client for each loop, made at first use. It is closed when the loop ends, or by ``aclose``."""

    def __init__(self) -> None:
        self._clients = PerLoop(_make, _close)

    def get(self) -> httpx2.AsyncClient:
        """Return the running loop's client."""
        return self._clients.get()

    async def aclose(self) -> None:
        """Close the clients of all loops. A later use makes new ones."""
        await self._clients.aclose()


class AppClient:
    """The app's own client, which the app closes."""

    def __init__(self, client: httpx2.AsyncClient, option: str) -> None:
        self._client = client
        self._option = option

    def get(self) -> httpx2.AsyncClient:
        """Return the client. Raises ConfigurationError if another loop has used it before."""
        if _has_connections(self._client):
            claim(self._client, self._option, "HTTP client", "Leave it out")
        return self._client


def _has_connections(client: httpx2.AsyncClient) -> bool:
    """Whether *client* uses the network. One for tests, such as ``FakeIdP``'s, belongs to no loop."""
    import httpx2

    return not isinstance(client._transport, (httpx2.ASGITransport, httpx2.MockTransport))


def _make() -> httpx2.AsyncClient:
    import httpx2

    limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=0)
    # ``Outbound`` limits the time of a whole call.
    client = httpx2.AsyncClient(timeout=None, limits=limits)
    # From no domain a cookie is taken, and to none one is sent.
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


async def _close(client: httpx2.AsyncClient) -> None:
    await client.aclose()
