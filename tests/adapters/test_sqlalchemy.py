"""Test that the SQL adapter keeps the contract: on a file, in memory and on servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import URL

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


class TestOnPostgreSQL(AdapterConformance):
    @pytest.fixture
    async def adapter(self, postgres: URL) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter(postgres, create_tables=True)
        yield adapter
        await adapter.aclose()


class TestOnMariaDB(AdapterConformance):
    @pytest.fixture
    async def adapter(self, mariadb: URL) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter(mariadb, create_tables=True)
        yield adapter
        await adapter.aclose()
