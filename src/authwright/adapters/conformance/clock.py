"""The clock of a store, if it has one: it returns the current time as an aware datetime in UTC."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from authwright.adapters.base import Adapter


class Clock:
    async def test_the_clock_of_the_store_returns_the_current_time_in_utc(self, store: Adapter) -> None:
        now = getattr(store, "now", None)
        if now is None:
            return
        current = await now()
        assert current.utcoffset() == timedelta()
        assert current.timestamp() == pytest.approx(time.time(), abs=60)
