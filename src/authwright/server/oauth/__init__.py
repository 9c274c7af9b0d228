"""Clients for identity providers: OAuth 2.0 with OpenID Connect, and OAuth 1.0a."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from authwright.http import Cookie
from authwright.providers import OAuth
from authwright.server.oauth.http_clients import SharedClient
from authwright.server.oauth.sign_in import SignIn
from authwright.server.protocol.checks import Flow, Pending, Purpose
from authwright.types import Account


class FlowClient(Protocol):
    """A client for one provider, for any protocol. ``oauth.client.OAuthClient`` documents the methods."""

    def state_in(self, callback: Mapping[str, str]) -> str | None:
        """Return the value in *callback* that identifies the flow, or None if it is missing."""

    async def begin(
        self,
        pending: Pending,
        redirect_uri: str,
        purpose: Purpose,
        extra_parameters: Mapping[str, str],
    ) -> tuple[str, list[Cookie]]: ...

    async def complete(self, flow: Flow | None, redirect_uri: str, callback: Mapping[str, str]) -> SignIn: ...

    async def refresh(self, account: Account) -> Account: ...


def make_client(provider: OAuth, shared: SharedClient) -> FlowClient:
    """Return the client for *provider*. The module of each protocol is imported at first use.

    Args:
        provider: The provider's configuration.
        shared: The HTTP client to use if *provider* does not have its own.
    """
    if hasattr(provider, "request_token"):
        from authwright.providers.oauth1 import OAuth1
        from authwright.server.oauth.oauth1 import OAuth1Client

        assert isinstance(provider, OAuth1)
        return OAuth1Client(provider, shared)
    from authwright.server.oauth.client import OAuthClient

    return OAuthClient(provider, shared)
