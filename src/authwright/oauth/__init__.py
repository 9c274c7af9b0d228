"""Sign-in through an identity provider: the clients of OAuth 2.0 and OpenID Connect, and of OAuth 1.0a."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from authwright.http import Cookie
from authwright.oauth.http_clients import SharedClient
from authwright.oauth.vouched import SignIn
from authwright.protocol.checks import Flow, Pending, Purpose
from authwright.providers import OAuth
from authwright.types import Account


class FlowClient(Protocol):
    """What speaks to one provider, whatever it speaks. See ``oauth.client.Client`` for what each method does."""

    @property
    def state_parameter(self) -> str:
        """The parameter of an answer that names the flow."""

    async def begin(
        self,
        pending: Pending,
        redirect_uri: str,
        purpose: Purpose,
        asked: Mapping[str, str],
    ) -> tuple[str, list[Cookie]]: ...

    async def complete(self, flow: Flow | None, redirect_uri: str, answer: Mapping[str, str]) -> SignIn: ...

    async def refresh(self, account: Account) -> Account: ...


def make_client(provider: OAuth, shared: SharedClient) -> FlowClient:
    """The client that speaks to *provider*, through *shared* if the provider has no HTTP client of its own.

    Each kind loads at first use.
    """
    if hasattr(provider, "request_token"):
        from authwright.oauth.oauth1 import OAuth1Client
        from authwright.providers.oauth1 import OAuth1

        assert isinstance(provider, OAuth1)
        return OAuth1Client(provider, shared)
    from authwright.oauth.client import Client

    return Client(provider, shared)
