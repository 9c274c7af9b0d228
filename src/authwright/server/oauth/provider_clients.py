"""The clients of the OAuth providers, each created at first use. They share one HTTP client on each event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from authwright.providers import OIDC, OAuth
from authwright.server.oauth import FlowClient, make_client
from authwright.server.oauth.http_clients import SharedClient

if TYPE_CHECKING:
    from authwright.server.oauth.client import OAuthClient


class ProviderClients:
    """The client of each provider, which caches the provider's metadata and keys."""

    def __init__(self) -> None:
        self._clients: dict[str, FlowClient] = {}
        self._http = SharedClient()

    @overload
    def of(self, provider: OIDC) -> OAuthClient: ...
    @overload
    def of(self, provider: OAuth) -> FlowClient: ...
    def of(self, provider: OAuth) -> FlowClient:
        """Return the client of *provider*, creating it at first use."""
        client = self._clients.get(provider.id)
        if client is None:
            # Two threads may come here at once: both get the client that was stored first.
            client = self._clients.setdefault(provider.id, make_client(provider, self._http))
        return client

    async def aclose(self) -> None:
        """Close the HTTP connections. A later call opens new ones."""
        await self._http.aclose()
