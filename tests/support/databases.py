"""Create a new database for each test, on each kind of server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from support.servers import MARIADB, POSTGRES, running

TABLES = Path(__file__).parents[1] / "contract" / "tables"


async def run_script(url: URL, file: str) -> None:
    """Create the tables of a Node adapter from a script in ``tests/contract/tables``."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in (TABLES / file).read_text().split(";\n"):
            if statement.strip():
                await connection.exec_driver_sql(statement)
    await engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    with running(POSTGRES) as url:
        yield url


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[URL]:
    with running(MARIADB) as url:
        yield url


@asynccontextmanager
async def new_database(server: URL, template: str = "template0") -> AsyncIterator[URL]:
    """Create a database on *server*, and drop it at the end.

    On PostgreSQL the database is a copy of *template*. PostgreSQL cannot copy a database with open connections;
    template0, which accepts no connections, can always be copied.
    """
    name = f"authwright_{uuid4().hex}"
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    copied, force = (f" TEMPLATE {template}", " WITH (FORCE)") if engine.dialect.name == "postgresql" else ("", "")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}{copied}"))
            yield server.set(database=name)
            await connection.execute(text(f"DROP DATABASE {name}{force}"))
    finally:
        await engine.dispose()


@pytest.fixture
async def postgres(postgres_server: URL) -> AsyncIterator[URL]:
    """An empty PostgreSQL database."""
    async with new_database(postgres_server) as url:
        yield url


@pytest.fixture
async def mariadb(mariadb_server: URL) -> AsyncIterator[URL]:
    """An empty MariaDB database."""
    async with new_database(mariadb_server) as url:
        yield url


@pytest.fixture(params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest) -> URL:
    """An empty database on each server."""
    url: URL = request.getfixturevalue(request.param)
    return url


@pytest.fixture(params=["memory", "redis", "sqlite", "postgres", "mariadb"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> URL | Redis | None:
    """An empty database for each kind of store; None for memory."""
    if request.param == "memory":
        return None
    if request.param == "sqlite":
        return URL.create("sqlite+aiosqlite", database=f"{tmp_path}/auth.db")
    server: URL | Redis = request.getfixturevalue(request.param)
    return server


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    """An empty database, once on each kind of server."""
    if request.param == "sqlite":
        return URL.create("sqlite+aiosqlite", database=f"{tmp_path}/auth.db")
    url: URL = request.getfixturevalue(request.param)
    return url
