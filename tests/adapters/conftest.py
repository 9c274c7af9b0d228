"""What the tests of adapters share: speed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event


@pytest.fixture(autouse=True)
def _unsynced_disk() -> Iterator[None]:
    """No test pulls the plug, so none need wait for the disk."""

    def leave_to_the_system(connection: Any, record: object) -> None:
        if "sqlite" not in type(connection).__module__:
            return
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    event.listen(Engine, "connect", leave_to_the_system)
    yield
    event.remove(Engine, "connect", leave_to_the_system)
