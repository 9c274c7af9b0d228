"""A store of revocations in Redis, shared by all processes of an app; see ``RevocationStore``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.redis.client import RedisClient, RedisClients, tagged

__all__ = ["RedisRevocation"]

# Of the stored and the new instant keep the later one. Do the same for the expiry.
_REVOKE = """
local known = tonumber(redis.call('GET', KEYS[1]) or '-1')
if tonumber(ARGV[1]) > known then redis.call('SET', KEYS[1], ARGV[1], 'KEEPTTL') end
if redis.call('PTTL', KEYS[1]) == -1 then return redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
return redis.call('PEXPIREAT', KEYS[1], ARGV[2], 'GT')
"""


class RedisRevocation:
    """A ``RevocationStore`` on Redis 7. Each revocation is a key, which expires with the last token that it covers.

    Args:
        url_or_client: A URL such as ``redis://localhost:6379/0``, or an app's own client of ``redis.asyncio``, which
            is used as it is and is not closed.
        prefix: The prefix of all keys. Apps that share a Redis need different prefixes.
        timeout: The deadline for all store work of one request, in seconds, as for ``RedisAdapter``.

    Raises:
        ConfigurationError: The URL or the client is invalid, *prefix* is empty or contains a brace, or *timeout* is not
            positive. A method raises it, too, if the app's own client is used on a second event loop.
    """

    def __init__(
        self, url_or_client: str | RedisClient, *, prefix: str = "authwright", timeout: float = TIMEOUT
    ) -> None:
        self.timeout: float = check_timeout(timeout)
        self._redis = RedisClients(url_or_client, "url_or_client", {"revoke": _REVOKE}, timeout)
        self._prefix = tagged(prefix) + "revoked:"

    async def revoke(self, key: str, before: float, until: float, now: float) -> None:
        await self._redis.run("revoke", [self._prefix + key], [repr(before), math.ceil(until * 1000)])

    async def revoked_before(self, keys: Sequence[str], now: float) -> float | None:
        found = await self._redis.client.mget([self._prefix + key for key in keys])
        return max((float(one) for one in found if one is not None), default=None)

    async def aclose(self) -> None:
        """Close the connections that this store opened. The next call opens new ones."""
        await self._redis.aclose()
