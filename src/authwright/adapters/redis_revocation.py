"""Revocations in Redis, which all processes of an app share; see ``RevocationStore``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.redis_client import Client, Clients, tagged

# The later instant stays, and so does the later end.
_REVOKE = """
local known = tonumber(redis.call('GET', KEYS[1]) or '-1')
if tonumber(ARGV[1]) > known then redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL') end
if redis.call('PTTL', KEYS[1]) == -1 then return redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
return redis.call('PEXPIREAT', KEYS[1], ARGV[2], 'GT')
"""


class RedisRevocation:
    """A ``RevocationStore`` on Redis 7: one key for each sign-out, which expires with the last token from before.

    Args:
        url_or_client: Such as ``redis://localhost:6379/0``; or an app's own client of ``redis.asyncio``.
        prefix: What every key begins with. Two apps on one Redis need two.
        timeout: One deadline for all store work of one request, in seconds, as ``RedisAdapter`` has it.

    Raises:
        ConfigurationError: The URL or the client cannot be used, *prefix* holds a brace, or *timeout* is not above 0.
            Any method raises it when an app's own client is used on a second event loop.
    """

    def __init__(self, url_or_client: str | Client, *, prefix: str = "authwright", timeout: float = TIMEOUT) -> None:
        self.timeout = check_timeout(timeout)
        self._redis = Clients(url_or_client, "url_or_client", {"revoke": _REVOKE}, timeout)
        self._prefix = tagged(prefix) + "revoked:"

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        await self._redis.run("revoke", [self._prefix + key], [repr(before), math.ceil(until * 1000)])

    async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        found = await self._redis.client.mget([self._prefix + key for key in keys])
        return max((float(one) for one in found if one is not None), default=None)

    async def aclose(self) -> None:
        """Close the connections that were opened here. A later call opens new ones."""
        await self._redis.aclose()
