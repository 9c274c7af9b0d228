"""The clock of a store, if it has one: aware, in UTC, and right."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from authwright.adapters.base import Adapter


class Clock:
    async def test_the_clock_of_the_store_tells_the_time_in_utc(self, store: Adapter) -> None:
        now = getattr(store, "now", None)
        if now is None:
            return
        told = await now()
        assert told.utcoffset() == timedelta()
        assert told.timestamp() == pytest.approx(time.time(), abs=60)
