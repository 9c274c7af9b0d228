"""Provider metadata and keys, fetched at first use and cached.

The issuer in the metadata must equal the configured issuer exactly (OpenID Connect Discovery 1.0 section 4.3). A
response whose ``Cache-Control`` has ``no-store`` or ``no-cache`` is not cached.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from authwright.errors import OAuthCallbackError
from authwright.providers.http import Reply
from authwright.server.oauth.outbound import Outbound
from authwright.server.runtime.loops import PerLoop

LIFETIME = 3600
# A token with an unknown key id causes the keys to be fetched again, but not for every forged token.
REFETCH_AFTER = 1.0
REFETCHES_A_MINUTE = 10
_MAX_AGE = re.compile(r"max-age=(\d{1,9})")

T = TypeVar("T")


class Cached(Generic[T]):
    """A cached document of a provider. On each event loop one caller fetches it while the others wait.

    Loops and threads share the document. This is safe: the document is never changed or removed, only replaced, and the
    expiry is set after the document.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Reply]], read: Callable[[Reply], T]) -> None:
        self._fetch = fetch
        self._read = read
        self._value: T | None = None
        self._until = 0.0
        self._fetched: list[float] = []
        self._lock = PerLoop(asyncio.Lock)

    async def get(self) -> T:
        """Return the document, at most an hour old. Raises ``OAuthCallbackError`` if it is unavailable."""
        if self._value is not None and time.monotonic() < self._until:
            return self._value
        async with self._lock.get():
            if self._value is not None and time.monotonic() < self._until:
                return self._value
            return await self._renew()

    async def renew(self) -> T:
        """Fetch the document again, because a key is unknown, and return it.

        If the document was just fetched, or was fetched too often in the last minute, return the cached document.

        Raises:
            OAuthCallbackError: The document is unavailable.
        """
        async with self._lock.get():
            now = time.monotonic()
            recent = [moment for moment in self._fetched if now - moment < 60]
            too_soon = bool(recent) and (now - recent[-1] < REFETCH_AFTER or len(recent) >= REFETCHES_A_MINUTE)
            if self._value is not None and too_soon:
                return self._value
            return await self._renew()

    async def _renew(self) -> T:
        # Recorded before the request, so that a failed request counts too.
        self._fetched = [*self._fetched[-REFETCHES_A_MINUTE:], time.monotonic()]
        response = await self._fetch()
        value = self._read(response)
        self._value = value
        self._until = time.monotonic() + _lifetime(response)
        return value


def metadata(outbound: Outbound, url: str, issuer: str) -> Cached[Mapping[str, Any]]:
    """Return the cached document for the metadata at *url*, whose issuer must be *issuer*."""

    def read(response: Reply) -> Mapping[str, Any]:
        document = _ok(response, "metadata")
        if document.get("issuer") != issuer:
            raise OAuthCallbackError(f"The issuer in the provider's metadata is not {issuer}. Check the option issuer.")
        return document

    return Cached(lambda: outbound.get(url), read)


def key_set(outbound: Outbound, url: str) -> Cached[list[dict[str, Any]]]:
    """Return the cached document for the keys at *url* (RFC 7517 section 5) that may verify signatures."""

    def read(response: Reply) -> list[dict[str, Any]]:
        keys = _ok(response, "key set").get("keys")
        if not isinstance(keys, list):
            raise OAuthCallbackError("The provider's key set has no keys.")
        return [_public(key) for key in keys if isinstance(key, dict) and _may_verify(key)]

    return Cached(lambda: outbound.get(url), read)


def _public(key: Mapping[str, Any]) -> dict[str, Any]:
    # A published key should have no private exponent. Checking an invalid one would take seconds.
    return {name: value for name, value in key.items() if name != "d"}


def _may_verify(key: Mapping[str, Any]) -> bool:
    """Return whether *key* is a public key for signatures (``use`` and ``key_ops``, RFC 7517 sections 4.2 and 4.3)."""
    operations = key.get("key_ops", ["verify"])
    marked = key.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    return marked and key.get("kty") != "oct"


def _ok(response: Reply, what: str) -> dict[str, Any]:
    if response.status != 200:
        raise OAuthCallbackError(f"The request for the provider's {what} failed with status {response.status}.")
    return response.json()


def _lifetime(response: Reply) -> float:
    control = response.headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return 0
    found = _MAX_AGE.search(control)
    return min(int(found[1]), LIFETIME) if found else LIFETIME
