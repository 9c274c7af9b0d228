"""What ends a session in a token before the token does: its age since sign-in, and revocation.

Rule 1: the claim ``auth_time`` (OpenID Connect Core section 2) is when the session began, and with a revocation store
        ``jti`` is the session's name; neither changes at a renewal, whatever the ``jwt`` callback answers.
Rule 2: a token without ``auth_time`` is older than the option, or Node's: it counts from ``iat``.
Rule 3: to sign a user out ends what began until then by a clock that is up to 15 seconds fast (v4's leeway); a session
        that begins after it says so, whatever its clock.
Rule 4: where the store does not answer, nobody is let in on a guess: ``AdapterError``, and the cookie stays.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from uuid import uuid4

from authwright.adapters.deadline import timeout_of
from authwright.adapters.guard import guard
from authwright.adapters.revocation import RevocationStore
from authwright.config import SessionOptions
from authwright.errors import InvalidToken
from authwright.protocol.tokens import LEEWAY
from authwright.types import JWT

_CACHED = 10_000
# The least by which one instant is later than another, in seconds.
_TICK = 0.001


class Limits:
    """The limits that *options* set. *token_max_age*: seconds for which a token can live after its last renewal."""

    def __init__(self, options: SessionOptions, token_max_age: int) -> None:
        self._absolute = options.absolute_max_age
        store = options.revocation
        self._store = guard(store, timeout_of(store)) if store else None
        self._cache_age = options.revocation_cache_age
        self._cache: OrderedDict[tuple[str, ...], tuple[float, float | None]] = OrderedDict()
        self._token_max_age = token_max_age

    async def check(self, claims: JWT, now: float) -> JWT:
        """What of *claims* outlives renewals. Raises ``InvalidToken`` where the session has ended, ``AdapterError``."""
        begun = _begun(claims, now)
        if self._absolute is not None and begun + self._absolute <= now:
            raise InvalidToken("The session has reached its absolute_max_age.")
        kept: JWT = {"auth_time": begun}
        if self._store:
            before = await self._revoked_before(self._store, _keys(claims), now)
            if before is not None and begun <= before:
                raise InvalidToken("The session was revoked.")
            if "jti" in claims:
                kept["jti"] = claims["jti"]
        return kept

    async def begin(self, user_id: str, now: float) -> JWT:
        """The claims that a session of the user begins with. Raises ``AdapterError``."""
        begun = math.floor(now * 1000) / 1000
        if self._store:
            before = await self._store.revoked_before([_user_key(user_id)], now)
            begun = begun if before is None else max(begun, before + _TICK)
        return {"auth_time": begun, "jti": str(uuid4())}

    def end(self, claims: JWT, expires: float) -> float:
        """When the session of *claims* ends at the latest, which otherwise does at *expires*."""
        return expires if self._absolute is None else min(expires, claims["auth_time"] + self._absolute)

    def token_age(self, claims: JWT, now: float) -> int:
        """For how many seconds a token with *claims* that is written *now* is good."""
        return int(self.end(claims, now + self._token_max_age) - now)

    async def revoke(self, claims: JWT, now: float) -> None:
        """End the session of *claims*, where there is a store that can say so."""
        if self._store and "jti" in claims:
            # Every copy of it, however fast the clock was by which it began.
            until = now + self._token_max_age
            await self._revoke(self._store, _keys(claims)[0], until, now)

    async def revoke_user(self, user_id: str, now: float) -> None:
        """End every session of the user that began until *now*, by the store, which must be there."""
        assert self._store
        await self._revoke(self._store, _user_key(user_id), now + LEEWAY, now)

    async def _revoke(self, store: RevocationStore, key: str, before: float, now: float) -> None:
        self._cache.clear()
        await store.revoke(key, before, now + self._token_max_age + LEEWAY, now)

    async def _revoked_before(self, store: RevocationStore, keys: Sequence[str], now: float) -> float | None:
        if not self._cache_age:
            return await store.revoked_before(keys, now)
        key = tuple(keys)
        cached = self._cache.get(key)
        if cached and 0 <= now - cached[0] < self._cache_age:
            return cached[1]
        before = await store.revoked_before(keys, now)
        self._cache[key] = now, before
        self._cache.move_to_end(key)
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return before


def _keys(claims: JWT) -> list[str]:
    return [f"session:{claims.get('jti')}", _user_key(str(claims.get("sub")))]


def _user_key(user_id: str) -> str:
    return f"user:{user_id}"


def _begun(claims: JWT, now: float) -> float:
    for value in (claims.get("auth_time"), claims.get("iat")):
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return value
    return now
