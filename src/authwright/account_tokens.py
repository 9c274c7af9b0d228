"""Access tokens for providers' APIs: fresh ones, each refreshed by one caller at a time, over all processes.

Rule 1: a token with less than 60 seconds left is refreshed (RFC 6749 section 6) before it is handed out.
Rule 2: who refreshes an account's token holds its lock, an entry of the store that one can make. The others wait for
        what is stored then: a provider that rotates refresh tokens takes the second use of one for a theft (RFC 9700
        section 4.14.2). A lock whose holder has died is removed.
Rule 3: a refreshed token is stored only over the one that it came from, so a sign-in meanwhile wins.
Rule 4: a refresh token that the provider calls dead is cleared, and sent no more.
Rule 5: a refresh that has begun is finished although its caller leaves or the process is told to stop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from authwright import blocking
from authwright.adapters.clock import store_time
from authwright.adapters.deadline import one_request
from authwright.context import Context
from authwright.errors import ConfigurationError, Conflict, OAuthCallbackError, TokenRefreshError, TokenRequestRefused
from authwright.providers import OAuth
from authwright.sessions.presented import present
from authwright.sources import request_from
from authwright.types import Account, User, VerificationToken

_LEAST = 60
# Longer than a refresh can take (``oauth.outbound.TIME_LIMIT``), so its holder has died.
_LOCK_LIFETIME = 20
_LOOK_AGAIN = 0.2
# RFC 6749 section 5.2; GitHub's own.
_DEAD = ("invalid_grant", "bad_refresh_token")


class AccountTokens:
    """The access tokens of the users' accounts, as the adapter keeps them. It is ``auth.tokens``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @one_request
    async def get(self, request_or_user: object, provider: str) -> str:
        """An access token of the user's account with *provider* that is good for 60 seconds at least.

        Where the provider has not said when its token expires, the stored one is taken to be good.

        Args:
            request_or_user: A request, as for ``get_server_session``, or the adapter's ``User``.
            provider: The provider's id.

        Raises:
            TokenRefreshError: There is none; ``code`` says why.
            AdapterError: The store does not answer.
            ConfigurationError: There is no such provider, no adapter, or one without ``list_accounts``.
        """
        client = self._context.providers.get(provider)
        if not isinstance(client, OAuth):
            raise ConfigurationError("providers", f"has no OAuth provider {provider!r}.", "Ask for one that is there.")
        account = await self._account(await self._user_id(request_or_user), provider)
        if _is_fresh(account):
            return account.access_token or ""
        return await self._context.finishing.finish(self._refreshed(account))

    def get_sync(self, request_or_user: object, provider: str) -> str:
        """``get`` where there is no event loop."""
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
            # Whoever held the lock before may have done it.
            account = await self._again(account)
            if not _is_fresh(account):
                account = await self._refresh(account)
            return account.access_token or ""
        finally:
            await self._context.adapter.use_verification_token(lock.identifier, lock.token)

    async def _refresh(self, account: Account) -> Account:
        if not account.refresh_token:
            detail = f"{account.provider} gave no refresh token: ask for one (offline_access, access_type=offline)."
            raise TokenRefreshError("NoRefreshToken", detail)
        provider = self._context.providers[account.provider]
        assert isinstance(provider, OAuth)
        try:
            new = await self._context.clients.of(provider).refresh(account)
        except OAuthCallbackError as error:
            if isinstance(error, TokenRequestRefused) and error.error in _DEAD:
                cleared = replace(account, refresh_token=None)
                await self._context.adapter.swap_account_tokens(account, account.refresh_token, cleared)
                raise TokenRefreshError("RefreshTokenDead", error.detail) from None
            if (account.expires_at or 0) > time.time():
                return account
            raise TokenRefreshError("RefreshFailed", error.detail) from None
        stored = await self._context.adapter.swap_account_tokens(account, account.refresh_token, new)
        return new if stored else await self._again(account)

    async def _take(self, lock: VerificationToken) -> bool:
        # By the store's clock: by a clock that is behind it, the store would drop the lock while the refresh runs.
        now = await store_time(self._context.adapter, time.time())
        expires = datetime.fromtimestamp(now + _LOCK_LIFETIME, UTC)
        with suppress(Conflict):
            await self._context.adapter.create_verification_token(replace(lock, expires=expires))
            return True
        return False

    async def _remove_if_dead(self, lock: VerificationToken) -> None:
        """Remove the lock, if the time of whoever took it is over."""
        found = await self._context.adapter.use_verification_token(lock.identifier, lock.token)
        if found and found.expires.timestamp() > await store_time(self._context.adapter, time.time()):
            # Somebody has taken it since. The store only tells by giving it away, so it goes back.
            with suppress(Conflict):
                await self._context.adapter.create_verification_token(found)

    async def _user_id(self, request_or_user: object) -> str:
        if isinstance(request_or_user, User):
            return request_or_user.id
        request = request_from(request_or_user)
        now = time.time()
        presented = present(self._context.site_of(request), request.cookies, self._context.secrets, now)
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


def _of(accounts: Sequence[Account], account: Account) -> Account | None:
    wanted = account.provider, account.provider_account_id
    return next((one for one in accounts if (one.provider, one.provider_account_id) == wanted), None)


def _is_fresh(account: Account) -> bool:
    return bool(account.access_token) and (account.expires_at is None or account.expires_at - time.time() >= _LEAST)


def _lock_of(account: Account) -> VerificationToken:
    # No address, and no hash that a link carries, so nobody signs in with it.
    name = sha256(f"{account.provider} {account.provider_account_id}".encode()).hexdigest()
    return VerificationToken(identifier=f"refresh {name}", token="lock", expires=datetime.now(UTC))  # noqa: S106
