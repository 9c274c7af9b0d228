"""What ends a session before its token expires: its age since the sign-in, and revocation.

Rule 1: the claim ``auth_time`` (OpenID Connect Core section 2) is when the session began; it does not change at a
        renewal, whatever the ``jwt`` callback returns. A revocation names the session by its ``sid`` (``identity.py``).
Rule 2: a token without ``auth_time`` was written before the option was set, or by Node. Its age counts from ``iat``.
Rule 3: signing a user out ends every session whose ``auth_time`` is at most 15 seconds later (v4's leeway), because the
        clock of the process that began the session may be fast. A sign-in after that always gets an ``auth_time`` that
        is later than the revocation.
Rule 4: if the store is down, no session is accepted: ``AdapterError``, and the cookie stays.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeGuard

from authwright.errors import Conflict, InvalidToken
from authwright.options import SessionOptions
from authwright.server.protocol.tokens import LEEWAY
from authwright.server.sessions.base import REMEMBERED
from authwright.server.sessions.revocations import Revocations
from authwright.types import JWT

# The smallest difference between two instants, in seconds.
_TICK = 0.001
# The year 10,000.
_END_OF_DATES = 253_402_300_800


class Limits:
    """The limits that *options* set.

    Args:
        options: The session options.
        token_max_age: The time for which a token is valid after its last renewal, in seconds.
    """

    def __init__(self, options: SessionOptions, token_max_age: int) -> None:
        self._absolute = options.absolute_max_age
        self._store = Revocations(options.revocation, options.revocation_cache_age) if options.revocation else None
        self._token_max_age = token_max_age

    async def check(self, claims: JWT, now: float) -> float:
        """Return when the session of *claims* began.

        Raises:
            InvalidToken: The session has ended.
            AdapterError: The revocation store is down.
        """
        begun = _begun(claims, now)
        if self._absolute is not None and begun + self._absolute <= now:
            raise InvalidToken("The session has reached its absolute_max_age.")
        if self._store:
            before = await self._store.known_revoked_before(_keys(claims), now)
            if before is not None and begun <= before:
                raise InvalidToken("The session was revoked.")
        return begun

    async def begin(self, user_id: str, now: float) -> float:
        """Return when a session of the user begins: *now*, or just after a revocation whose time is later (Rule 3).

        Raises:
            AdapterError: The revocation store is down.
        """
        begun = math.floor(now * 1000) / 1000
        if self._store:
            before = await self._store.revoked_before([_user_key(user_id)], now)
            begun = begun if before is None else max(begun, before + _TICK)
        return begun

    def end(self, claims: JWT, expires: float) -> float:
        """Return when the session of *claims* ends: at *expires*, or earlier if it reaches its absolute age earlier."""
        return expires if self._absolute is None else min(expires, claims["auth_time"] + self._absolute)

    def token_age(self, claims: JWT, now: float) -> int:
        """Return for how many seconds a token with *claims* that is written *now* is valid."""
        return int(self.end(claims, now + self._token_max_age) - now)

    async def revoke(self, claims: JWT, now: float) -> None:
        """End the session of *claims*, if there is a store of revocations."""
        if self._store:
            # This covers every copy, even if the clock of the process that renewed it was fast.
            expires = claims.get("exp")
            end = now + self._token_max_age
            end = max(end, expires) if is_instant(expires) else end
            await self._revoke(self._store, _keys(claims)[0], end, now)

    async def revoke_user(self, user_id: str, now: float) -> None:
        """End every session of the user that began before *now* (Rule 3). There must be a store."""
        assert self._store
        await self._revoke(self._store, _user_key(user_id), now + LEEWAY, now)

    @asynccontextmanager
    async def once(self, name: str, now: float) -> AsyncIterator[None]:
        """See ``Sessions.once``. Two requests at the same instant may both pass, which has the same effect as one."""
        key = f"logout:{name}"
        if self._store and await self._store.revoked_before([key], now) is not None:
            raise Conflict("The token was used before.")
        yield
        if self._store:
            await self._store.revoke(key, now, now + REMEMBERED, now)

    async def _revoke(self, store: Revocations, key: str, before: float, now: float) -> None:
        await store.revoke(key, before, max(now + self._token_max_age, before) + LEEWAY, now)


def _keys(claims: JWT) -> list[str]:
    return [f"session:{claims['authwright']['sid']}", _user_key(str(claims.get("sub")))]


def _user_key(user_id: str) -> str:
    return f"user:{user_id}"


def _begun(claims: JWT, now: float) -> float:
    for value in (claims.get("auth_time"), claims.get("iat")):
        if is_instant(value):
            return value
    return now


def is_instant(value: object) -> TypeGuard[float]:
    """Return whether *value* is a number of seconds since the epoch with which dates can be computed."""
    # A JSON number may be infinite as a float, or larger than any float as an integer.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _END_OF_DATES
