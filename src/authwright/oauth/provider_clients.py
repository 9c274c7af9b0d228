"""The clients of the OAuth providers, each made at first use. They share one HTTP client on each event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from authwright.oauth import FlowClient, make_client
from authwright.oauth.http_clients import SharedClient
from authwright.providers import OIDC, OAuth

if TYPE_CHECKING:
    from authwright.oauth.client import Client


class ProviderClients:
    """What speaks to each provider, with the metadata and keys that it has fetched."""

    def __init__(self) -> None:
        self._clients: dict[str, FlowClient] = {}
        self._http = SharedClient()

    @overload
    def of(self, provider: OIDC) -> Client: ...
    @overload
    def of(self, provider: OAuth) -> FlowClient: ...
    def of(self, provider: OAuth) -> FlowClient:
        """Return the client that speaks to *provider*."""
        client = self._clients.get(provider.id)
        if client is None:
            # Two threads may come here at once: both get the client that was stored first.
            client = self._clients.setdefault(provider.id, make_client(provider, self._http))
        return client

    async def aclose(self) -> None:
        """Close the HTTP connections. A later call opens new ones."""
        await self._http.aclose()
