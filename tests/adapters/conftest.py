"""Make SQLite fast in the tests of the adapters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event


@pytest.fixture(autouse=True)
def _unsynced_disk() -> Iterator[None]:
    """Do not wait for the disk: no test cuts the power."""

    def turn_sync_off(connection: Any, record: object) -> None:
        if "sqlite" not in type(connection).__module__:
            return
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    event.listen(Engine, "connect", turn_sync_off)
    yield
    event.remove(Engine, "connect", turn_sync_off)
