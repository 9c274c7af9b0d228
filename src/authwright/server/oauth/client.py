"""A client for one provider: starts a sign-in there and reads the user from the callback.

The flow is RFC 6749 section 4.1 with RFC 7636 (PKCE), RFC 9207 (issuer in the response) and OpenID Connect Core 1.0
section 3.1. RFC 9700 explains which attack each parameter prevents.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from secrets import token_bytes
from typing import Any

from authwright.errors import AuthorizationRefused, OAuthCallbackError
from authwright.http import Cookie
from authwright.providers import OIDC, OAuth
from authwright.server.oauth import id_token
from authwright.server.oauth.authorization import authorization_request, url_of
from authwright.server.oauth.exchange import request_as_client
from authwright.server.oauth.http_clients import SharedClient
from authwright.server.oauth.metadata import Cached, key_set, metadata
from authwright.server.oauth.outbound import TIME_LIMIT, Outbound
from authwright.server.oauth.sign_in import SignIn, account_of, checked_tokens, user_of, with_tokens
from authwright.server.oauth.userinfo import fetch_userinfo
from authwright.server.protocol.addresses import same_address
from authwright.server.protocol.checks import Flow, Pending, Purpose
from authwright.server.protocol.urls import add_parameters
from authwright.types import Account


class OAuthClient:
    """A client for *provider*. It caches the provider's metadata and keys."""

    def __init__(self, provider: OAuth, shared: SharedClient | None = None) -> None:
        self._provider = provider
        self._outbound = Outbound(
            provider.http_client, shared, provider.option("http_client"), allow_insecure=provider.allow_insecure
        )
        self._issuer = provider.issuer if isinstance(provider, OIDC) else None
        self._metadata: Cached[Mapping[str, Any]] | None = None
        if isinstance(provider, OIDC):
            self._metadata = metadata(self._outbound, provider.metadata_url, provider.issuer)
        self._keys: dict[str, Cached[list[dict[str, Any]]]] = {}

    def state_in(self, callback: Mapping[str, str]) -> str | None:
        """Return the state in *callback*, or None if it is missing."""
        return callback.get("state")

    async def begin(
        self,
        pending: Pending,
        redirect_uri: str,
        purpose: Purpose,
        extra_parameters: Mapping[str, str],
    ) -> tuple[str, list[Cookie]]:
        """Start a flow. This takes at most 10 seconds in total.

        Args:
            pending: The pending flows of this browser.
            redirect_uri: The URL that the provider redirects the browser to afterwards.
            purpose: The purpose of the flow.
            extra_parameters: The caller's parameters for the authorization request.

        Returns:
            The URL to redirect the browser to, and the check cookies to set.

        Raises:
            OAuthCallbackError: The provider's metadata is unavailable or contains no safe endpoint.
        """
        flow, cookies = pending.begin(self._provider.id, self._provider.checks, purpose, token_bytes)
        async with self._in_time():
            endpoint = await self._endpoint("authorization", "authorization_endpoint")
            request = authorization_request(self._provider, endpoint, flow, redirect_uri, extra_parameters)
            if (await self._document()).get("require_pushed_authorization_requests") is True:
                request = await self._pushed(request)
        return url_of(endpoint, request), cookies

    async def _pushed(self, request: Mapping[str, str]) -> dict[str, str]:
        """Push *request* and return the parameters that refer to it (RFC 9126 section 4)."""
        document = await self._document()
        endpoint = document.get("pushed_authorization_request_endpoint")
        if not isinstance(endpoint, str):
            problem = "The provider requires pushed requests, but its metadata names no endpoint for them."
            raise OAuthCallbackError(problem)
        pushed = await request_as_client(
            self._outbound, self._provider, endpoint, request, document, expected="request_uri"
        )
        if not isinstance(pushed["request_uri"], str):
            raise OAuthCallbackError("The provider's response to the pushed request has no request_uri.")
        return {"client_id": self._provider.client_id, "request_uri": pushed["request_uri"]}

    async def complete(self, flow: Flow | None, redirect_uri: str, callback: Mapping[str, str]) -> SignIn:
        """Complete a flow. This takes at most 10 seconds in total.

        Args:
            flow: The flow that the callback belongs to. It may be None only if the provider has no checks.
            redirect_uri: The redirect URI of the authorization request.
            callback: The parameters that the provider sent to the redirect URI.

        Returns:
            The user and the account, with the claims.

        Raises:
            AuthorizationRefused: The provider returned an error.
            OAuthCallbackError: The callback or a later response of the provider is invalid.
        """
        async with self._in_time():
            return await self._complete(flow, redirect_uri, callback)

    async def refresh(self, account: Account) -> Account:
        """Return *account* with refreshed tokens (RFC 6749 section 6). This takes at most 10 seconds in total.

        Raises:
            TokenRequestRefused: The provider returned an error.
            OAuthCallbackError: The provider's response is invalid.
        """
        form = {"grant_type": "refresh_token", "refresh_token": account.refresh_token or ""}
        async with self._in_time():
            endpoint, document = await self._endpoint("token", "token_endpoint"), await self._document()
            tokens = self._checked(await request_as_client(self._outbound, self._provider, endpoint, form, document))
            if isinstance(self._provider, OIDC) and tokens.get("id_token"):
                claims = await self._id_token_claims(self._provider, {}, tokens)
                # OpenID Connect Core section 12.2.
                if account.id_token and claims["sub"] != id_token.subject(account.id_token):
                    raise OAuthCallbackError("The refreshed ID token has a different sub.")
        return with_tokens(account, tokens)

    async def end_session_url(self, hint: str | None, redirect_uri: str) -> str | None:
        """Return the URL to sign out at the provider (OpenID Connect RP-Initiated Logout 1.0 section 2).

        Args:
            hint: The user's ID token, or None if there is none.
            redirect_uri: The URL to return to after the sign-out. It must be registered with the provider.

        Returns:
            The URL, or None if the provider has no end session endpoint.

        Raises:
            OAuthCallbackError: The provider's metadata is unavailable.
        """
        async with self._in_time():
            endpoint = (await self._document()).get("end_session_endpoint")
        if not isinstance(endpoint, str) or not self._provider.is_endpoint(endpoint):
            return None
        parameters = {"client_id": self._provider.client_id, "post_logout_redirect_uri": redirect_uri}
        return add_parameters(endpoint, **({"id_token_hint": hint} if hint else {}), **parameters)

    async def logout_claims(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a logout token. Raises ``OAuthCallbackError`` if it is invalid."""
        if not isinstance(self._provider, OIDC):
            raise OAuthCallbackError(f"The provider {self._provider.id} does not use OpenID Connect.")
        async with self._in_time():
            return await id_token.validate_logout_token(
                token,
                await self._key_set(),
                algorithms=self._provider.id_token_algorithms,
                issuer=self._provider.issuer,
                client_id=self._provider.client_id,
                now=time.time(),
            )

    @asynccontextmanager
    async def _in_time(self) -> AsyncIterator[None]:
        """Limit the block to 10 seconds in total, including the time that it waits for requests of other callers."""
        try:
            async with asyncio.timeout(TIME_LIMIT):
                yield
        except TimeoutError:
            raise OAuthCallbackError(f"The provider {self._provider.id} took too long to respond.") from None

    async def _complete(self, flow: Flow | None, redirect_uri: str, callback: Mapping[str, str]) -> SignIn:
        checks: dict[str, str] = dict(flow.values.items()) if flow else {}
        await self._check_callback(callback)
        tokens = await self._tokens(checks, redirect_uri, callback)
        claims = await self._claims(checks, tokens)
        user = await user_of(self._provider, claims, tokens, callback)
        return SignIn(user, account_of(self._provider, user, tokens), claims)

    async def _check_callback(self, callback: Mapping[str, str]) -> None:
        # RFC 6749 section 3.1: a parameter without a value counts as missing.
        if callback.get("error"):
            # RFC 6749 section 4.1.2.1. The description can be any text, so only the error code is logged.
            raise AuthorizationRefused(
                f"The provider {self._provider.id} returned the error {callback['error'][:64]!r}."
            )
        if not callback.get("code"):
            raise OAuthCallbackError(f"The callback of the provider {self._provider.id} has no code.")
        announced = (await self._document()).get("authorization_response_iss_parameter_supported") is True
        if self._issuer and (announced or "iss" in callback) and callback.get("iss") != self._issuer:
            raise OAuthCallbackError("The callback's iss is missing or is not the provider's issuer (RFC 9207).")

    async def _tokens(
        self, checks: Mapping[str, str], redirect_uri: str, callback: Mapping[str, str]
    ) -> dict[str, Any]:
        hook = self._provider.hooks.get("token")
        verifier = checks.get("pkce")
        if hook:
            tokens = await hook(
                params=callback,
                redirect_uri=redirect_uri,
                code_verifier=verifier,
                provider=self._provider,
                http=self._outbound,
            )
            return self._checked(dict(tokens))
        endpoint = await self._endpoint("token", "token_endpoint")
        form = {"grant_type": "authorization_code", "code": callback["code"], "redirect_uri": redirect_uri}
        if verifier:
            form["code_verifier"] = verifier
        document = await self._document()
        return self._checked(await request_as_client(self._outbound, self._provider, endpoint, form, document))

    def _checked(self, tokens: dict[str, Any]) -> dict[str, Any]:
        return checked_tokens(tokens, self._provider.token_types)

    async def _claims(self, checks: Mapping[str, str], tokens: Mapping[str, Any]) -> dict[str, Any]:
        userinfo = partial(fetch_userinfo, self._outbound, self._provider, tokens)
        if not isinstance(self._provider, OIDC):
            return await userinfo(await self._endpoint("userinfo", ""))
        claims = await self._id_token_claims(self._provider, checks, tokens)
        if not (self._provider.fetch_userinfo or self._provider.userinfo):
            return claims
        more = await userinfo(await self._endpoint("userinfo", "userinfo_endpoint"), self._verified_userinfo)
        # OIDC Core section 5.3.2: a userinfo response with a different sub must not be used.
        if more.get("sub") != claims["sub"]:
            raise OAuthCallbackError("The userinfo response and the ID token have different subs.")
        if not same_address(claims.get("email", more.get("email")), more.get("email")):
            # The email_verified of userinfo is about the address in userinfo, not about that in the ID token.
            more.pop("email_verified", None)
        return {**more, **claims}

    async def _id_token_claims(
        self, provider: OIDC, checks: Mapping[str, str], tokens: Mapping[str, Any]
    ) -> dict[str, Any]:
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise OAuthCallbackError(f"The provider {provider.id} returned no ID token. Add openid to the scope.")
        return await id_token.validate(
            token,
            await self._key_set(),
            algorithms=provider.id_token_algorithms,
            issuer=provider.issuer,
            client_id=provider.client_id,
            nonce=checks.get("nonce"),
            now=time.time(),
            access_token=tokens["access_token"],
        )

    async def _verified_userinfo(self, token: str) -> dict[str, Any]:
        assert isinstance(self._provider, OIDC)
        return await id_token.validate_userinfo(
            token,
            await self._key_set(),
            algorithms=self._provider.id_token_algorithms,
            issuer=self._provider.issuer,
            client_id=self._provider.client_id,
        )

    async def _key_set(self) -> Cached[list[dict[str, Any]]]:
        url = (await self._document()).get("jwks_uri")
        if not isinstance(url, str):
            raise OAuthCallbackError("The provider's metadata has no jwks_uri.")
        if url not in self._keys:
            self._keys = {url: key_set(self._outbound, url)}
        return self._keys[url]

    async def _endpoint(self, option: str, member: str) -> str:
        """Return the provider's *option* if it is set, else *member* of its metadata."""
        configured = getattr(self._provider, option)
        url = configured if isinstance(configured, str) else (await self._document()).get(member, "")
        return url if isinstance(url, str) else ""

    async def _document(self) -> Mapping[str, Any]:
        return await self._metadata.get() if self._metadata else {}
