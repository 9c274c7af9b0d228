"""``RedisAdapter`` and ``RedisRevocation``: users, accounts and sessions in Redis."""

from __future__ import annotations

from authwright.adapters.redis.adapter import RedisAdapter
from authwright.adapters.redis.revocation import RedisRevocation

__all__ = ["RedisAdapter", "RedisRevocation"]
