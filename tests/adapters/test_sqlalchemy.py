"""The SQL store keeps the contract, on a file and in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from authwright.adapters.base import Adapter
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter


class TestOnAFile(AdapterConformance):
    @pytest.fixture
    async def adapter(self, tmp_path: Path) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db")
        yield adapter
        await adapter.aclose()


class TestInMemory(AdapterConformance):
    @pytest.fixture
    async def adapter(self) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter("sqlite+aiosqlite:///:memory:")
        yield adapter
        await adapter.aclose()
