"""Provider metadata and keys: fetched at first use, kept for a while, never believed about another issuer.

OpenID Connect Discovery 1.0 section 4.3: the issuer that the metadata names must be the one that was asked, to the
byte. An answer with ``Cache-Control: no-store`` is not kept.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from authwright.errors import OAuthCallbackError
from authwright.loops import PerLoop
from authwright.oauth.outbound import Answer, Outbound

LIFETIME = 3600
# An unknown key id causes one new look at the keys, but not one for each forged token.
REFETCH_AFTER = 1.0
REFETCHES_A_MINUTE = 10
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")

T = TypeVar("T")


class Cached(Generic[T]):
    """One document of a provider. On each event loop one caller reads it while the others wait.

    Loops and threads share the document: it is plain data, it is never taken back, and a newer one comes before its
    expiry.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Answer]], read: Callable[[Answer], T]) -> None:
        self._fetch = fetch
        self._read = read
        self._value: T | None = None
        self._until = 0.0
        self._fetched: list[float] = []
        self._lock = PerLoop(asyncio.Lock)

    async def get(self) -> T:
        """The document, at most an hour old. Raises ``OAuthCallbackError`` where it cannot be had."""
        if self._value is not None and time.monotonic() < self._until:
            return self._value
        async with self._lock.get():
            if self._value is not None and time.monotonic() < self._until:
                return self._value
            return await self._renew()

    async def renew(self) -> T:
        """The document, fetched anew unless that was done a moment ago (RFC 9700's advice on unknown keys)."""
        async with self._lock.get():
            now = time.monotonic()
            recent = [moment for moment in self._fetched if now - moment < 60]
            too_soon = bool(recent) and (now - recent[-1] < REFETCH_AFTER or len(recent) >= REFETCHES_A_MINUTE)
            if self._value is not None and too_soon:
                return self._value
            return await self._renew()

    async def _renew(self) -> T:
        # Before the answer: one that fails counts, too.
        self._fetched = [*self._fetched[-REFETCHES_A_MINUTE:], time.monotonic()]
        answer = await self._fetch()
        value = self._read(answer)
        self._value = value
        self._until = time.monotonic() + _lifetime(answer)
        return value


def metadata(outbound: Outbound, url: str, issuer: str) -> Cached[Mapping[str, Any]]:
    """The metadata at *url*, which must name *issuer*."""

    def read(answer: Answer) -> Mapping[str, Any]:
        document = _ok(answer, "metadata")
        if document.get("issuer") != issuer:
            raise OAuthCallbackError(f"The metadata names another issuer than {issuer}: check the option issuer.")
        return document

    return Cached(lambda: outbound.get(url), read)


def key_set(outbound: Outbound, url: str) -> Cached[list[dict[str, Any]]]:
    """The keys at *url* (RFC 7517 section 5) that may verify a signature."""

    def read(answer: Answer) -> list[dict[str, Any]]:
        keys = _ok(answer, "key set").get("keys")
        if not isinstance(keys, list):
            raise OAuthCallbackError("The provider's key set has no keys.")
        return [_public(key) for key in keys if isinstance(key, dict) and _may_verify(key)]

    return Cached(lambda: outbound.get(url), read)


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    # To check a private exponent takes seconds, where it is a wrong one.
    return {name: value for name, value in key.items() if name != "d"}


def _may_verify(key: Mapping[str, Any]) -> bool:
    """RFC 7517 sections 4.2 and 4.3: what the key is marked for, if it is. A shared secret is none."""
    operations = key.get("key_ops", ["verify"])
    marked = key.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    return marked and key.get("kty") != "oct"


def _ok(answer: Answer, what: str) -> dict[str, Any]:
    if answer.status != 200:
        raise OAuthCallbackError(f"The provider answered {answer.status} for its {what}.")
    return answer.json()


def _lifetime(answer: Answer) -> float:
    control = answer.headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return 0
    found = _MAX_AGE.search(control)
    return min(int(found[1]), LIFETIME) if found else LIFETIME
