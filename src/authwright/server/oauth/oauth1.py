"""A client for one OAuth 1.0a provider (RFC 5849). oauthlib creates the signatures.

The temporary credentials are stored in the browser's encrypted check cookies: the token in the state cookie and its
secret in the PKCE cookie. The callback contains the token, which binds it to one flow of one browser. (v4 stores the
credentials in the memory of the process, so another process cannot find them.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from secrets import token_bytes
from typing import Any

from authwright.errors import AuthorizationRefused, OAuthCallbackError
from authwright.http import Cookie
from authwright.providers.http import Reply
from authwright.providers.oauth1 import OAuth1
from authwright.server.oauth.http_clients import SharedClient
from authwright.server.oauth.outbound import TIME_LIMIT, Outbound
from authwright.server.oauth.sign_in import SignIn, account_of, user_of
from authwright.server.protocol.checks import Check, Flow, Pending, Purpose
from authwright.server.protocol.urls import add_parameters
from authwright.types import Account


class OAuth1Client:
    """A client for *provider*."""

    def __init__(self, provider: OAuth1, shared: SharedClient | None = None) -> None:
        self._provider = provider
        self._outbound = Outbound(
            provider.http_client, shared, provider.option("http_client"), allow_insecure=provider.allow_insecure
        )

    def state_in(self, callback: Mapping[str, str]) -> str | None:
        """Return the temporary token in *callback*. Twitter sends it as ``denied`` if the user refuses."""
        return callback.get("oauth_token") or callback.get("denied")

    async def begin(
        self,
        pending: Pending,
        redirect_uri: str,
        purpose: Purpose,
        extra_parameters: Mapping[str, str],
    ) -> tuple[str, list[Cookie]]:
        """Start a flow; see ``OAuthClient.begin``. The *extra_parameters* are ignored.

        Raises:
            OAuthCallbackError: The provider returned no temporary credentials (RFC 5849 section 2.1).
        """
        temporary = await self._credentials(_text(self._provider.request_token), callback_uri=redirect_uri)
        if temporary.get("oauth_callback_confirmed", "").strip().lower() != "true":
            raise OAuthCallbackError(f"The provider {self._provider.id} uses OAuth 1.0, but only 1.0a is supported.")
        token = temporary["oauth_token"]
        values: dict[Check, str] = {"state": token, "pkce": temporary["oauth_token_secret"]}
        _, cookies = pending.begin(self._provider.id, (), purpose, token_bytes, values=values)
        return add_parameters(_text(self._provider.authorization), oauth_token=token), cookies

    async def complete(self, flow: Flow | None, redirect_uri: str, callback: Mapping[str, str]) -> SignIn:
        """Complete a flow; see ``OAuthClient.complete``. This takes at most 10 seconds in total.

        Raises:
            AuthorizationRefused: The user cancelled, or the callback has no verifier or belongs to no flow.
            OAuthCallbackError: A response of the provider is invalid.
        """
        if "denied" in callback or callback.get("oauth_problem"):
            # RFC 5849 does not say how a provider reports a refusal. Twitter sends "denied"; "oauth_problem" is an
            # older extension.
            raise AuthorizationRefused(f"The user refused at the provider {self._provider.id}.")
        if flow is None or not callback.get("oauth_verifier"):
            raise AuthorizationRefused(f"The callback of the provider {self._provider.id} has no oauth_verifier.")
        temporary = {"resource_owner_key": flow.values["state"], "resource_owner_secret": flow.values["pkce"]}
        try:
            async with asyncio.timeout(TIME_LIMIT):
                tokens = await self._credentials(
                    _text(self._provider.token), **temporary, verifier=callback["oauth_verifier"]
                )
                claims = await self._userinfo(tokens)
                user = await user_of(self._provider, claims, tokens, callback)
        except TimeoutError:
            raise OAuthCallbackError(f"The provider {self._provider.id} took too long to respond.") from None
        return SignIn(user, account_of(self._provider, user, {"access_token": tokens["oauth_token"]}), claims)

    async def refresh(self, account: Account) -> Account:
        """Raise ``OAuthCallbackError``: OAuth 1.0a tokens do not expire and cannot be refreshed."""
        raise OAuthCallbackError(f"{self._provider.id} uses OAuth 1.0a, whose tokens cannot be refreshed.")

    async def _credentials(self, endpoint: str, **signing: str) -> dict[str, str]:
        response = await self._outbound.post(endpoint, {}, self._signed("POST", endpoint, **signing))
        if response.status != 200:
            raise OAuthCallbackError(f"{self._provider.id} responded with status {response.status}.")
        credentials = response.form()
        if not credentials.get("oauth_token") or "oauth_token_secret" not in credentials:
            raise OAuthCallbackError(f"The response of {self._provider.id} has no oauth_token or oauth_token_secret.")
        return credentials

    async def _userinfo(self, tokens: Mapping[str, str]) -> dict[str, Any]:
        hook = self._provider.hooks.get("userinfo")
        if hook:
            return dict(await hook(tokens=tokens, provider=self._provider, http=self._outbound))
        endpoint = _text(self._provider.userinfo)
        owner = {"resource_owner_key": tokens["oauth_token"], "resource_owner_secret": tokens["oauth_token_secret"]}
        response: Reply = await self._outbound.get(endpoint, self._signed("GET", endpoint, **owner))
        if response.status != 200:
            raise OAuthCallbackError(
                f"The userinfo request to {self._provider.id} failed with status {response.status}."
            )
        return response.json()

    def _signed(self, method: str, url: str, **signing: str) -> dict[str, str]:
        """Return the Authorization header for a request without a body (RFC 5849 section 3.5.1)."""
        from oauthlib.oauth1 import Client

        signer = Client(self._provider.client_id, client_secret=self._provider.client_secret, **signing)
        _, headers, _ = signer.sign(url, http_method=method)
        return {name: str(value) for name, value in headers.items()}


def _text(value: object) -> str:
    # OAuth1 checks this at construction.
    assert isinstance(value, str)
    return value
