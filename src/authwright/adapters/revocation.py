"""Where sessions that live in browsers alone (``strategy="jwt"``) are ended before their time.

Rule 1: a *key* is a session or a user; what is stored for it is an instant: sessions of that key that began until
        then have ended. The latest instant counts, and is kept until no session from before it can live.
Rule 2: one look-up answers for all the keys of a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class RevocationStore(Protocol):
    """A store of revocations. Instants are seconds since the epoch."""

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        """End what began under *key* until *before*; the entry may be forgotten after *until*."""

    async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        """The latest instant that is stored for one of *keys*; None where there is none."""


class MemoryRevocation:
    """Revocations in this process: for tests, and for an app that runs in one process and may forget at a restart."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[float, float]] = {}

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        known_before, known_until = self._entries.pop(key, (before, until))
        self._entries[key] = max(before, known_before), max(until, known_until)
        self._drop_oldest(now)

    async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        found = [self._entries[key] for key in keys if key in self._entries]
        return max((before for before, until in found if until > now), default=None)

    def _drop_oldest(self, now: float) -> None:
        """Forget entries from the front, which are the oldest, as long as their time is over."""
        while self._entries:
            key = next(iter(self._entries))
            if self._entries[key][1] > now:
                return
            del self._entries[key]
