"""A client of one provider: begins a sign-in there, and ends it with who the user is.

The flow is RFC 6749 section 4.1 with RFC 7636 (PKCE), RFC 9207 (issuer in the response) and OpenID Connect Core 1.0
section 3.1; RFC 9700 says what each of its parameters defends against.
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
from authwright.oauth import id_token
from authwright.oauth.authorization import authorization_request, url_of
from authwright.oauth.exchange import request_as_client
from authwright.oauth.http_clients import SharedClient
from authwright.oauth.metadata import Cached, key_set, metadata
from authwright.oauth.outbound import TIME_LIMIT, Outbound
from authwright.oauth.userinfo import fetch_userinfo
from authwright.oauth.vouched import SignIn, account_of, checked_tokens, user_of, with_tokens
from authwright.protocol.checks import Flow, Pending, Purpose
from authwright.protocol.urls import add_parameters, is_endpoint
from authwright.providers import OIDC, OAuth
from authwright.types import Account


class Client:
    """Speaks to *provider*; keeps its metadata and keys."""

    state_parameter = "state"

    def __init__(self, provider: OAuth, shared: SharedClient | None = None) -> None:
        self._provider = provider
        self._outbound = Outbound(provider.http_client, shared, provider.option("http_client"))
        self._issuer = provider.issuer if isinstance(provider, OIDC) else None
        self._metadata: Cached[Mapping[str, Any]] | None = None
        if isinstance(provider, OIDC):
            self._metadata = metadata(self._outbound, provider.metadata_url, provider.issuer)
        self._keys: dict[str, Cached[list[dict[str, Any]]]] = {}

    async def begin(
        self,
        pending: Pending,
        redirect_uri: str,
        purpose: Purpose,
        asked: Mapping[str, str],
    ) -> tuple[str, list[Cookie]]:
        """Where to send the browser, and the cookies that will know it again. It takes 10 seconds at most, in all.

        Args:
            pending: What this browser has begun before.
            redirect_uri: Where the provider sends the browser back to.
            purpose: What the flow is for.
            asked: The caller's own parameters, as far as they may pass.

        Raises:
            OAuthCallbackError: The provider's metadata cannot be had or names no safe endpoint.
        """
        flow, cookies = pending.begin(self._provider.id, self._provider.checks, purpose, token_bytes)
        async with self._in_time():
            endpoint = await self._endpoint("authorization", "authorization_endpoint")
            request = authorization_request(self._provider, endpoint, flow, redirect_uri, asked)
            if (await self._document()).get("require_pushed_authorization_requests") is True:
                request = await self._pushed(request)
        return url_of(endpoint, request), cookies

    async def _pushed(self, request: Mapping[str, str]) -> dict[str, str]:
        """What stands for *request* once the provider has it (RFC 9126 section 4)."""
        document = await self._document()
        endpoint = document.get("pushed_authorization_request_endpoint")
        if not isinstance(endpoint, str):
            raise OAuthCallbackError("The metadata requires pushed requests, and names no endpoint for them.")
        answer = await request_as_client(self._outbound, self._provider, endpoint, request, document)
        if not isinstance(answer.get("request_uri"), str):
            raise OAuthCallbackError("The answer to the pushed request has no request_uri.")
        return {"client_id": self._provider.client_id, "request_uri": answer["request_uri"]}

    async def complete(self, flow: Flow | None, redirect_uri: str, answer: Mapping[str, str]) -> SignIn:
        """Who has signed in, given the provider's *answer* to the browser. It takes 10 seconds at most, in all.

        Raises:
            AuthorizationRefused: The answer is an error.
            OAuthCallbackError: The answer, or what the provider says afterwards, breaks a rule.
        """
        async with self._in_time():
            return await self._complete(flow, redirect_uri, answer)

    async def refresh(self, account: Account) -> Account:
        """*account* with what its refresh token gets (RFC 6749 section 6). It takes 10 seconds at most, in all.

        Raises:
            TokenRequestRefused: The provider refuses.
            OAuthCallbackError: What it answers breaks a rule.
        """
        form = {"grant_type": "refresh_token", "refresh_token": account.refresh_token or ""}
        async with self._in_time():
            endpoint, document = await self._endpoint("token", "token_endpoint"), await self._document()
            tokens = checked_tokens(await request_as_client(self._outbound, self._provider, endpoint, form, document))
            if isinstance(self._provider, OIDC) and tokens.get("id_token"):
                claims = await self._id_token_claims(self._provider, {}, tokens)
                # OpenID Connect Core section 12.2.
                if account.id_token and claims["sub"] != id_token.subject(account.id_token):
                    raise OAuthCallbackError("The refreshed ID token is about another subject.")
        return with_tokens(account, tokens)

    async def end_session_url(self, hint: str | None, redirect_uri: str) -> str | None:
        """Where the browser signs out at the provider (OpenID Connect RP-Initiated Logout 1.0 section 2).

        Args:
            hint: The ID token that the provider gave, where there is one.
            redirect_uri: Where the provider sends the browser then, if it is registered there.

        Raises:
            OAuthCallbackError: The provider's metadata cannot be had.
        """
        async with self._in_time():
            endpoint = (await self._document()).get("end_session_endpoint")
        if not isinstance(endpoint, str) or not is_endpoint(endpoint):
            return None
        asked = {"client_id": self._provider.client_id, "post_logout_redirect_uri": redirect_uri}
        return add_parameters(endpoint, **({"id_token_hint": hint} if hint else {}), **asked)

    async def logout_claims(self, token: str) -> Mapping[str, Any]:
        """Whom a logout token is about. Raises ``OAuthCallbackError`` where it breaks a rule."""
        if not isinstance(self._provider, OIDC):
            raise OAuthCallbackError(f"The provider {self._provider.id} speaks no OpenID Connect.")
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
        """What happens inside takes 10 seconds in all, waiting for what others have asked for included."""
        try:
            async with asyncio.timeout(TIME_LIMIT):
                yield
        except TimeoutError:
            raise OAuthCallbackError(f"The provider {self._provider.id} took too long.") from None

    async def _complete(self, flow: Flow | None, redirect_uri: str, answer: Mapping[str, str]) -> SignIn:
        checks: dict[str, str] = dict(flow.values.items()) if flow else {}
        await self._check_answer(answer)
        tokens = await self._tokens(checks, redirect_uri, answer)
        claims = await self._claims(checks, tokens)
        user = await user_of(self._provider, claims, tokens)
        return SignIn(user, account_of(self._provider, user, tokens), claims)

    async def _check_answer(self, answer: Mapping[str, str]) -> None:
        if "error" in answer:
            # RFC 6749 section 4.1.2.1. The text is the provider's, so the log gets its code alone.
            raise AuthorizationRefused(f"The provider {self._provider.id} answered the error {answer['error'][:64]!r}.")
        if not answer.get("code"):
            raise OAuthCallbackError(f"The provider {self._provider.id} answered without a code.")
        announced = (await self._document()).get("authorization_response_iss_parameter_supported") is True
        if self._issuer and (announced or "iss" in answer) and answer.get("iss") != self._issuer:
            raise OAuthCallbackError("The response names another issuer than the one it was sent to (RFC 9207).")

    async def _tokens(self, checks: Mapping[str, str], redirect_uri: str, answer: Mapping[str, str]) -> dict[str, Any]:
        hook = self._provider.hooks.get("token")
        verifier = checks.get("pkce")
        if hook:
            tokens = await hook(
                params=answer,
                redirect_uri=redirect_uri,
                code_verifier=verifier,
                provider=self._provider,
                http=self._outbound,
            )
            return checked_tokens(dict(tokens))
        endpoint = await self._endpoint("token", "token_endpoint")
        form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": redirect_uri}
        if verifier:
            form["code_verifier"] = verifier
        document = await self._document()
        return checked_tokens(await request_as_client(self._outbound, self._provider, endpoint, form, document))

    async def _claims(self, checks: Mapping[str, str], tokens: Mapping[str, Any]) -> dict[str, Any]:
        userinfo = partial(fetch_userinfo, self._outbound, self._provider, tokens)
        if not isinstance(self._provider, OIDC):
            return await userinfo(await self._endpoint("userinfo", ""))
        claims = await self._id_token_claims(self._provider, checks, tokens)
        if not (self._provider.fetch_userinfo or self._provider.userinfo):
            return claims
        more = await userinfo(await self._endpoint("userinfo", "userinfo_endpoint"), self._verified_userinfo)
        # OIDC Core section 5.3.2: a userinfo answer about another subject must not be used.
        if more.get("sub") != claims["sub"]:
            raise OAuthCallbackError("The userinfo answer is about another subject than the ID token.")
        if claims.get("email", more.get("email")) != more.get("email"):
            # What userinfo says of its own address is not about this one.
            more.pop("email_verified", None)
        return {**more, **claims}

    async def _id_token_claims(
        self, provider: OIDC, checks: Mapping[str, str], tokens: Mapping[str, Any]
    ) -> dict[str, Any]:
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise OAuthCallbackError(f"The provider {provider.id} answered without an ID token: ask for openid.")
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
            raise OAuthCallbackError("The provider's metadata names no jwks_uri.")
        if url not in self._keys:
            self._keys = {url: key_set(self._outbound, url)}
        return self._keys[url]

    async def _endpoint(self, option: str, member: str) -> str:
        """The endpoint that the provider's *option* gives, else its metadata's *member*."""
        given = getattr(self._provider, option)
        url = given if isinstance(given, str) else (await self._document()).get(member, "")
        return url if isinstance(url, str) else ""

    async def _document(self) -> Mapping[str, Any]:
        return await self._metadata.get() if self._metadata else {}
