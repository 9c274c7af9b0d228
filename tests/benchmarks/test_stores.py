"""The benchmark of the stores: filling the stores, and its report."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.filling import ALICE, TOKEN, filled
from benchmarks.load import Load
from benchmarks.store_apps import PREFIX
from benchmarks.stores import Row, table
from redis.asyncio import Redis

from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from benchmarks import filling


async def test_a_filled_store_contains_the_measured_session_and_the_others(tmp_path: Path) -> None:
    async with filled("sqlite", 20, tmp_path) as where:
        adapter = SQLAlchemyAdapter(where)
        found = await adapter.get_session_and_user(TOKEN)
        assert found
        assert found[1].name == ALICE.name
        assert len(await adapter.list_sessions(found[1].id)) == 20
        await adapter.aclose()


async def test_filling_redis_does_not_touch_other_keys(
    redis: Redis, redis_url: str, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "REDIS", redis_url)
    await redis.set(f"{prefix}:another", "kept")
    async with filled("redis", 20, tmp_path):
        assert len(await redis.keys(f"*{PREFIX}*:session:*")) == 20
    assert await redis.keys(f"*{PREFIX}*") == []
    assert await redis.get(f"{prefix}:another") == b"kept"


def test_a_row_shows_the_rate_as_a_share_of_the_bare_driver() -> None:
    row = Row(store="redis", rows=1_000_000, connections=100, floor=Load(1, 2000, 9), ours=Load(1, 1500, 12))
    assert table([row]).splitlines()[2] == "| redis | 1,000,000 | 100 | 2,000/s | 1,500/s | 75% | 12.0 ms |"
