"""A client of one OAuth 1.0a provider (RFC 5849). Signatures are oauthlib's; what is sent when is ours.

The temporary credentials stand in the browser's encrypted check cookies, the token where OAuth 2.0's state does and its
secret where PKCE's verifier does: the callback brings the token along, and so belongs to one flow of one browser. (v4
keeps them in the memory of the process, where another process does not find them.)
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from secrets import token_bytes
from typing import Any

from authwright.errors import AuthorizationRefused, OAuthCallbackError
from authwright.http import Cookie
from authwright.oauth.http_clients import SharedClient
from authwright.oauth.outbound import TIME_LIMIT, Answer, Outbound
from authwright.oauth.vouched import SignIn, account_of, user_of
from authwright.protocol.checks import Check, Flow, Pending, Purpose
from authwright.protocol.urls import add_parameters
from authwright.providers.oauth1 import OAuth1
from authwright.types import Account


class OAuth1Client:
    """Speaks to *provider*."""

    state_parameter = "oauth_token"

    def __init__(self, provider: OAuth1, shared: SharedClient | None = None) -> None:
        self._provider = provider
        self._outbound = Outbound(provider.http_client, shared, provider.option("http_client"))

    async def begin(
        self,
        pending: Pending,
        redirect_uri: str,
        purpose: Purpose,
        asked: Mapping[str, str],
    ) -> tuple[str, list[Cookie]]:
        """Where to send the browser, and the cookies that will know it again. The caller's parameters do not pass.

        Raises:
            OAuthCallbackError: The provider gives no temporary credentials (RFC 5849 section 2.1).
        """
        given = await self._credentials(_text(self._provider.request_token), callback_uri=redirect_uri)
        if given.get("oauth_callback_confirmed") != "true":
            raise OAuthCallbackError(f"The provider {self._provider.id} speaks OAuth 1.0, not 1.0a.")
        token = given["oauth_token"]
        values: dict[Check, str] = {"state": token, "pkce": given["oauth_token_secret"]}
        _, cookies = pending.begin(self._provider.id, (), purpose, token_bytes, values=values)
        return add_parameters(_text(self._provider.authorization), oauth_token=token), cookies

    async def complete(self, flow: Flow | None, redirect_uri: str, answer: Mapping[str, str]) -> SignIn:
        """Who has signed in, given the provider's *answer* to the browser. It takes 10 seconds at most, in all.

        Raises:
            AuthorizationRefused: The person said no.
            OAuthCallbackError: The answer, or what the provider says afterwards, breaks a rule.
        """
        if flow is None or not answer.get("oauth_verifier"):
            raise AuthorizationRefused(f"The provider {self._provider.id} answered without a verifier.")
        temporary = {"resource_owner_key": flow.values["state"], "resource_owner_secret": flow.values["pkce"]}
        try:
            async with asyncio.timeout(TIME_LIMIT):
                tokens = await self._credentials(
                    _text(self._provider.token), **temporary, verifier=answer["oauth_verifier"]
                )
                claims = await self._userinfo(tokens)
                user = await user_of(self._provider, claims, tokens)
        except TimeoutError:
            raise OAuthCallbackError(f"The provider {self._provider.id} took too long.") from None
        return SignIn(user, account_of(self._provider, user, {"access_token": tokens["oauth_token"]}), claims)

    async def refresh(self, account: Account) -> Account:
        """Raises ``OAuthCallbackError``: tokens of OAuth 1.0a do not expire, and cannot be refreshed."""
        raise OAuthCallbackError(f"{self._provider.id} speaks OAuth 1.0a, which refreshes nothing.")

    async def _credentials(self, endpoint: str, **signing: str) -> dict[str, str]:
        answer = await self._outbound.post(endpoint, {}, self._signed("POST", endpoint, **signing))
        if answer.status != 200:
            raise OAuthCallbackError(f"{self._provider.id} answered the client {answer.status}.")
        given = answer.form()
        if not given.get("oauth_token") or "oauth_token_secret" not in given:
            raise OAuthCallbackError(f"{self._provider.id} answered without credentials.")
        return given

    async def _userinfo(self, tokens: Mapping[str, str]) -> dict[str, Any]:
        hook = self._provider.hooks.get("userinfo")
        if hook:
            return dict(await hook(tokens=tokens, provider=self._provider, http=self._outbound))
        endpoint = _text(self._provider.userinfo)
        owner = {"resource_owner_key": tokens["oauth_token"], "resource_owner_secret": tokens["oauth_token_secret"]}
        answer: Answer = await self._outbound.get(endpoint, self._signed("GET", endpoint, **owner))
        if answer.status != 200:
            raise OAuthCallbackError(f"The userinfo endpoint of {self._provider.id} answered {answer.status}.")
        return answer.json()

    def _signed(self, method: str, url: str, **signing: str) -> dict[str, str]:
        """The Authorization header of a request without a body (RFC 5849 section 3.5.1)."""
        from oauthlib.oauth1 import Client

        signer = Client(self._provider.client_id, client_secret=self._provider.client_secret, **signing)
        _, headers, _ = signer.sign(url, http_method=method)
        return {name: str(value) for name, value in headers.items()}


def _text(value: object) -> str:
    # The provider's construction has seen to it.
    assert isinstance(value, str)
    return value
