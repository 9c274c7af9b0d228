"""Stores of revocations. A revocation ends sessions that exist only in browsers (``strategy="jwt"``).

Rule 1: a *key* stands for a session or for a user. The store keeps one instant for each key: all sessions of the key
        that began at or before this instant have ended. A later instant replaces an earlier one. The entry is kept
        until all these sessions would have expired.
Rule 2: one look-up covers all keys of a session.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

__all__ = ["MemoryRevocation", "RevocationStore"]


class RevocationStore(Protocol):
    """A store of revocations. All instants are in seconds since the epoch."""

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        """End the sessions of *key* that began at or before *before*.

        Args:
            key: A session or a user.
            before: The instant of the revocation.
            until: The instant after which the store may delete the entry.
            now: The current time.
        """

    async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        """Return the latest instant that is stored for any of *keys*, or None.

        Args:
            keys: Sessions and users.
            now: The current time.
        """


class MemoryRevocation:
    """Revocations in the memory of this process: for tests, and for an app with a single process.

    A restart deletes all revocations.
    """

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
        """Delete the oldest entries, which are at the front, up to the first that is still needed."""
        while self._entries:
            key = next(iter(self._entries))
            if self._entries[key][1] > now:
                return
            del self._entries[key]
