"""A clock that tests can set fast, for one process or for all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


class Clock:
    """Patches ``time.time()``: adds ``later`` seconds for all processes, and ``offset`` seconds for this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = time.time
        self.later = 0.0
        self.offset = 0.0
        monkeypatch.setattr(time, "time", lambda: real() + self.later + self.offset)

    @contextmanager
    def fast_by(self, seconds: float) -> Iterator[None]:
        self.offset = seconds
        yield
        self.offset = 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)
