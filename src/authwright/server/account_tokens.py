"""Valid access tokens for providers' APIs. Only one caller in all processes refreshes a token at a time.

Rule 1: a token with less than 60 seconds left is refreshed (RFC 6749 section 6) before it is returned.
Rule 2: the caller that refreshes an account's token holds its lock, a store entry that only one caller can create. The
        other callers wait and use the stored result: a provider that rotates refresh tokens treats the second use of
        one as theft (RFC 9700 section 4.14.2). An expired lock is removed, because its holder has died.
Rule 3: a refreshed token replaces only the token that it came from, so that a sign-in in between wins.
Rule 4: a refresh token that the provider rejects is deleted and not sent again.
Rule 5: a refresh that has started is finished and stored, even if its caller leaves or the store fails at that moment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from authwright.adapters.clock import store_time
from authwright.adapters.deadline import one_request
from authwright.errors import (
    AdapterError,
    ConfigurationError,
    Conflict,
    OAuthCallbackError,
    TokenRefreshError,
    TokenRequestRefused,
)
from authwright.providers import OAuth
from authwright.server.context import Context
from authwright.server.runtime import blocking
from authwright.server.web.frameworks import request_from
from authwright.types import Account, User, VerificationToken

_LEAST = 60
# Longer than a refresh can take (``oauth.outbound.TIME_LIMIT``), so the holder of an older lock has died.
_LOCK_LIFETIME = 20
_LOOK_AGAIN = 0.2
# Seconds between attempts to store a refreshed token in a store that fails.
_PAUSES = (0.5, 1, 2, 4, 8)


class AccountTokens:
    """The access tokens of the users' accounts in the adapter. An app gets it as ``auth.tokens``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_request
    async def get(self, request_or_user: object, provider: str) -> str:
        """Return an access token of the user's account with *provider* that is valid for at least 60 seconds.

        If the provider has not said when a token expires, the stored token is returned.

        Args:
            request_or_user: A request, as for ``get_server_session``, or the adapter's ``User``.
            provider: The provider's id.

        Returns:
            The access token.

        Raises:
            TokenRefreshError: There is no valid token; ``code`` says why.
            AdapterError: The store is down.
            ConfigurationError: There is no such provider, no adapter, or an adapter without ``list_accounts``.
        """
        client = self._context.providers.get(provider)
        if not isinstance(client, OAuth):
            raise ConfigurationError("providers", f"has no OAuth provider {provider!r}.", "Pass a configured id.")
        account = await self._account(await self._user_id(request_or_user), provider)
        if _is_fresh(account):
            return account.access_token or ""
        return await self._context.finishing.finish(self._refreshed(account))

    def get_sync(self, request_or_user: object, provider: str) -> str:
        """``get`` for code without an event loop."""
        return blocking.run(self.get(request_or_user, provider), "get")

    async def _refreshed(self, account: Account) -> str:
        lock = _lock_of(account)
        began = time.monotonic()
        look = began + _LOCK_LIFETIME
        while not await self._take(lock):
            now = time.monotonic()
            if now > began + 2 * _LOCK_LIFETIME:
                raise TokenRefreshError("RefreshFailed", "Refreshes of this account have failed for too long.")
            if now > look:
                await self._remove_if_dead(lock)
                look = now + _LOCK_LIFETIME
            await asyncio.sleep(_LOOK_AGAIN)
            account = await self._again(account)
            if _is_fresh(account):
                return account.access_token or ""
        try:
            # The previous holder of the lock may have refreshed the token.
            account = await self._again(account)
            if not _is_fresh(account):
                account = await self._refresh(account)
        except _Unstored as error:
            # The lock stays until the token is stored: the refresh token before it has been used.
            self._context.finishing.start(self._store_later(error, lock))
            raise error.cause from None
        except BaseException:
            await self._release(lock)
            raise
        await self._release(lock)
        return account.access_token or ""

    async def _store_later(self, unstored: _Unstored, lock: VerificationToken) -> None:
        for pause in _PAUSES:
            await asyncio.sleep(pause)
            with suppress(AdapterError):
                await self._swap(unstored.account, unstored.new)
                await self._release(lock)
                return
        self._context.log.error("TOKEN_REFRESH_ERROR", f"{unstored.cause.detail} A refreshed token was lost.")

    async def _release(self, lock: VerificationToken) -> None:
        await self._context.adapter.use_verification_token(lock.identifier, lock.token)

    async def _refresh(self, account: Account) -> Account:
        if not account.refresh_token:
            detail = f"{account.provider} sent no refresh token. Ask for one: offline_access, or access_type=offline."
            raise TokenRefreshError("NoRefreshToken", detail)
        provider = self._context.providers[account.provider]
        assert isinstance(provider, OAuth)
        if "token" in provider.hooks:
            detail = f"The token option of {account.provider} is a function, so only the app can refresh its tokens."
            raise TokenRefreshError("NoRefreshToken", detail)
        try:
            new = await self._context.clients.of(provider).refresh(account)
        except OAuthCallbackError as error:
            if isinstance(error, TokenRequestRefused) and error.ends_grant:
                cleared = replace(account, refresh_token=None)
                await self._context.adapter.swap_account_tokens(account, account.refresh_token, cleared)
                raise TokenRefreshError("RefreshTokenDead", error.detail) from None
            if (account.expires_at or 0) > time.time():
                return account
            raise TokenRefreshError("RefreshFailed", error.detail) from None
        try:
            stored = await self._swap(account, new)
        except AdapterError as error:
            raise _Unstored(account, new, error) from None
        return new if stored else await self._again(account)

    async def _swap(self, account: Account, new: Account) -> bool:
        return await self._context.adapter.swap_account_tokens(account, account.refresh_token, new)

    async def _take(self, lock: VerificationToken) -> bool:
        # By the store's clock: if this host's clock is slow, the store would drop the lock while the refresh runs.
        now = await store_time(self._context.adapter, time.time())
        expires = datetime.fromtimestamp(now + _LOCK_LIFETIME, UTC)
        with suppress(Conflict):
            await self._context.adapter.create_verification_token(replace(lock, expires=expires))
            return True
        return False

    async def _remove_if_dead(self, lock: VerificationToken) -> None:
        """Remove the lock if it has expired."""
        found = await self._context.adapter.use_verification_token(lock.identifier, lock.token)
        if found and found.expires.timestamp() > await store_time(self._context.adapter, time.time()):
            # Another caller has taken the lock since. It can only be read by removing it, so put it back.
            with suppress(Conflict):
                await self._context.adapter.create_verification_token(found)

    async def _user_id(self, request_or_user: object) -> str:
        if isinstance(request_or_user, User):
            return request_or_user.id
        now = time.time()
        presented = await self._context.presented(request_from(request_or_user), now)
        user_id = await self._context.sessions.adapter_user_id(presented, now) if presented else None
        if user_id is None:
            raise TokenRefreshError("NotSignedIn", "The request carries no session of a user in the adapter.")
        return user_id

    async def _account(self, user_id: str, provider: str) -> Account:
        for account in await self._context.accounts.of_user(user_id):
            if account.provider == provider:
                return account
        raise TokenRefreshError("NoAccount", f"The user has no account with {provider}.")

    async def _again(self, account: Account) -> Account:
        found = _of(await self._context.accounts.of_user(account.user_id or ""), account)
        if found is None:
            raise TokenRefreshError("NoAccount", f"The account with {account.provider} was unlinked.")
        return found


class _Unstored(Exception):
    """The token *new* replaces that of *account* at the provider, and the store failed with *cause*."""

    def __init__(self, account: Account, new: Account, cause: AdapterError) -> None:
        super().__init__()
        self.account, self.new, self.cause = account, new, cause


def _of(accounts: Sequence[Account], account: Account) -> Account | None:
    wanted = account.provider, account.provider_account_id
    return next((one for one in accounts if (one.provider, one.provider_account_id) == wanted), None)


def _is_fresh(account: Account) -> bool:
    return bool(account.access_token) and (account.expires_at is None or account.expires_at - time.time() >= _LEAST)


def _lock_of(account: Account) -> VerificationToken:
    # The identifier is not an address and the token is not a hash of a link, so it signs in no user.
    name = sha256(f"{account.provider} {account.provider_account_id}".encode()).hexdigest()
    return VerificationToken(identifier=f"refresh {name}", token="lock", expires=datetime.now(UTC))  # noqa: S106
