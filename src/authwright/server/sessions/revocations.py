"""The revocation store, with a cache in this process.

Rule 1: a revocation by this process takes effect as soon as it is stored: the cache is cleared, and the result of a
        read that began earlier is not cached.
Rule 2: all ``Auth`` objects with the same store object share one cache, so a revocation by one takes effect in all.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from weakref import WeakKeyDictionary

from authwright.adapters.deadline import timeout_of
from authwright.adapters.guard import guard
from authwright.adapters.revocation import RevocationStore

_CACHED = 10_000


class _Cache:
    """What was read from one store. Event loops in several threads may use it."""

    def __init__(self) -> None:
        self._entries: OrderedDict[tuple[str, ...], tuple[float, float | None]] = OrderedDict()
        self._lock = Lock()
        self.generation = 0

    def get(self, key: tuple[str, ...]) -> tuple[float, float | None] | None:
        return self._entries.get(key)

    def keep(self, key: tuple[str, ...], now: float, before: float | None, generation: int) -> None:
        """Cache *before*, the result of a read that began in *generation*, unless there was a revocation since."""
        with self._lock:
            if generation != self.generation:
                return
            self._entries[key] = now, before
            self._entries.move_to_end(key)
            if len(self._entries) > _CACHED:
                self._entries.popitem(last=False)

    def forget(self) -> None:
        with self._lock:
            self.generation += 1
            self._entries.clear()


_caches: WeakKeyDictionary[RevocationStore, _Cache] = WeakKeyDictionary()


def _cache_of(store: RevocationStore) -> _Cache:
    try:
        return _caches.setdefault(store, _Cache())
    except TypeError:
        # An app's own store may not be hashable, or may not support weak references.
        return _Cache()


class Revocations:
    """The revocations in *store*, with a cache whose entries are valid for *cache_age* seconds."""

    def __init__(self, store: RevocationStore, cache_age: int) -> None:
        self._store = guard(store, timeout_of(store))
        self._cache = _cache_of(store)
        self._cache_age = cache_age

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        """Store a revocation. Raises ``AdapterError``."""
        try:
            await self._store.revoke(key, before, until, now)
        finally:
            # Also after a failure: the store may have stored the revocation nevertheless.
            self._cache.forget()

    async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        """Read the latest instant from the store. Raises ``AdapterError``."""
        return await self._store.revoked_before(keys, now)

    async def known_revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        """Like ``revoked_before``, but return a cached value if it is younger than ``cache_age``."""
        if not self._cache_age:
            return await self._store.revoked_before(keys, now)
        key = tuple(keys)
        cached = self._cache.get(key)
        if cached and 0 <= now - cached[0] < self._cache_age:
            return cached[1]
        generation = self._cache.generation
        before = await self._store.revoked_before(keys, now)
        self._cache.keep(key, now, before, generation)
        return before
