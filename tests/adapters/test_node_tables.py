"""Test that the SQL adapter keeps the contract on the tables of Node adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import URL

from authwright.adapters.base import Adapter
from authwright.adapters.conformance import V4Conformance
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.migrations import migrate
from authwright.adapters.sqlalchemy.tables import MODELS
from authwright.errors import ConfigurationError
from support.databases import new_database, run_script


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pg(postgres_server: URL) -> AsyncIterator[str]:
    """The name of a template database, which each test copies."""
    async with new_database(postgres_server) as url:
        await run_script(url, "pg.sql")
        await migrate(url.render_as_string(hide_password=False), "pg")
        yield str(url.database)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def prisma(postgres_server: URL) -> AsyncIterator[str]:
    """The name of a template database, which each test copies."""
    async with new_database(postgres_server) as url:
        await run_script(url, "prisma.sql")
        yield str(url.database)


class TestPg(V4Conformance):
    """The tables of ``@auth/pg-adapter`` after ``authwright migrate --schema pg``."""

    @pytest.fixture
    async def adapter(self, postgres_server: URL, pg: str) -> AsyncIterator[Adapter]:
        async with new_database(postgres_server, pg) as url:
            adapter = SQLAlchemyAdapter(url, schema="pg")
            yield adapter
            await adapter.aclose()


class TestPrisma(V4Conformance):
    """The tables that Prisma creates."""

    @pytest.fixture
    async def adapter(self, postgres_server: URL, prisma: str) -> AsyncIterator[Adapter]:
        async with new_database(postgres_server, prisma) as url:
            adapter = SQLAlchemyAdapter(url, schema="prisma")
            yield adapter
            await adapter.aclose()


@pytest.mark.parametrize(
    ("url", "options", "problem"),
    [
        ("sqlite+aiosqlite://", {"schema": "pg"}, "PostgreSQL only"),
        ("postgresql+asyncpg://db/app", {"schema": "drizzle"}, "'drizzle'"),
        ("postgresql+asyncpg://db/app", {"schema": "pg", "models": MODELS}, "models"),
    ],
)
def test_an_invalid_schema_is_refused(url: str, options: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigurationError, match=problem) as refused:
        SQLAlchemyAdapter(url, **options)  # type: ignore[arg-type]
    assert refused.value.option == "schema"
