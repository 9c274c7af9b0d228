"""The SQL adapter beyond the contract: table creation, connections, locks and error messages."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateTable

from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LINK, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.tables import metadata, users
from authwright.errors import ConfigurationError, Conflict

TABLES = {"users", "accounts", "sessions", "verification_tokens"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auth.db"


@pytest.fixture
async def adapter(path: Path) -> AsyncIterator[SQLAlchemyAdapter]:
    """An adapter on a file, which waits 0.1 seconds for writers in other processes."""
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}?timeout=0.1")
    yield adapter
    await adapter.aclose()


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[AsyncEngine]:
    """The engine of the app."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    yield engine
    await engine.dispose()


def other_process(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, isolation_level=None))


def tables_in(path: Path) -> set[str]:
    with other_process(path) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def users_table(backend: str) -> str:
    dialect = make_url(f"{backend}://").get_dialect()()
    return str(CreateTable(users).compile(dialect=dialect))


def test_an_unused_adapter_does_not_open_the_database(path: Path) -> None:
    SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    assert not path.exists()


async def test_the_first_call_creates_the_tables(adapter: SQLAlchemyAdapter, path: Path) -> None:
    assert await adapter.get_user("unknown") is None
    assert tables_in(path) == TABLES


async def test_concurrent_first_calls_all_find_the_tables(adapter: SQLAlchemyAdapter) -> None:
    assert await asyncio.gather(*(adapter.get_user("unknown") for _ in range(20))) == [None] * 20


async def test_tables_are_not_created_if_create_tables_is_false(path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}", create_tables=False)
    with pytest.raises(ConfigurationError, match=r"lacks the table users, .*authwright migrate"):
        await adapter.get_user("unknown")
    await adapter.aclose()
    assert tables_in(path) == set()


async def test_stored_records_survive_a_restart(adapter: SQLAlchemyAdapter, path: Path) -> None:
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.aclose()
    again = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    assert await again.get_session_and_user("token") == (session(user_id=created.id), created)
    await again.aclose()


async def test_a_closed_adapter_can_be_used_again(adapter: SQLAlchemyAdapter) -> None:
    created = await adapter.create_user(ALICE)
    await adapter.aclose()
    await adapter.aclose()
    assert await adapter.get_user(created.id) == created


async def test_the_database_works_once_a_missing_directory_is_created(tmp_path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/mounted/auth.db")
    for _ in range(2):
        with pytest.raises(OperationalError):
            await adapter.sign_up(ALICE, GITHUB, session())
    (tmp_path / "mounted").mkdir()
    created = await adapter.sign_up(ALICE, GITHUB, session())
    assert await adapter.get_user(created.id) == created
    await adapter.aclose()


async def test_table_creation_is_retried_after_a_failure(adapter: SQLAlchemyAdapter, path: Path) -> None:
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await adapter.create_user(ALICE)
    created = await adapter.create_user(ALICE)
    assert await adapter.get_user(created.id) == created


async def test_writes_fail_while_the_file_is_locked(adapter: SQLAlchemyAdapter, path: Path) -> None:
    await adapter.create_verification_token(LINK)
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await adapter.use_verification_token(LINK.identifier, LINK.token)
    assert await adapter.use_verification_token(LINK.identifier, LINK.token) == LINK


async def test_reads_do_not_wait_for_a_write_of_another_process(adapter: SQLAlchemyAdapter, path: Path) -> None:
    created = await adapter.create_user(ALICE)
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE users SET name = 'Carol'")
        assert await adapter.get_user(created.id) == created


async def test_a_write_waits_for_a_short_write_of_another_process(path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    await adapter.get_user("unknown")
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(adapter.create_user(ALICE))
        await asyncio.sleep(0.2)
        other.execute("COMMIT")
        created = await waiting
    assert await adapter.get_user(created.id) == created
    await adapter.aclose()


async def test_two_adapters_on_one_file_use_a_link_once(adapter: SQLAlchemyAdapter, path: Path) -> None:
    other = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    await adapter.create_verification_token(LINK)
    uses = [one.use_verification_token(LINK.identifier, LINK.token) for one in (other, other, other, other)]
    results = await asyncio.gather(*uses, adapter.use_verification_token(LINK.identifier, LINK.token))
    assert [result for result in results if result] == [LINK]
    await other.aclose()


async def test_several_adapters_on_one_file_can_create_the_tables_at_once(path: Path) -> None:
    adapters = [SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}") for _ in range(4)]
    created = await asyncio.gather(*(one.create_user(ALICE) for one in adapters), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in created) == 3
    for one in adapters:
        await one.aclose()


@pytest.mark.parametrize("steps", range(12))
async def test_a_cancelled_sign_up_does_not_lose_a_database_in_memory(steps: int) -> None:
    adapter = SQLAlchemyAdapter("sqlite+aiosqlite://")
    created = await adapter.create_user(ALICE)
    interrupted = asyncio.create_task(adapter.sign_up(BOB, GITHUB, session()))
    for _ in range(steps):
        await asyncio.sleep(0.0005)
    interrupted.cancel()
    await asyncio.gather(interrupted, return_exceptions=True)
    assert await adapter.get_user(created.id) == created
    await adapter.aclose()


@pytest.mark.parametrize("steps", range(12))
async def test_a_cancelled_sign_up_is_stored_completely_or_not_at_all(adapter: SQLAlchemyAdapter, steps: int) -> None:
    await adapter.get_user("unknown")
    interrupted = asyncio.create_task(adapter.sign_up(ALICE, GITHUB, session()))
    for _ in range(steps):
        await asyncio.sleep(0.0005)
    interrupted.cancel()
    await asyncio.gather(interrupted, return_exceptions=True)
    user = await adapter.get_user_by_email("alice@example.com")
    assert await adapter.get_user_by_account("github", "42") == user
    assert (await adapter.get_session_and_user("token") is None) == (user is None)


async def test_an_error_does_not_quote_the_parameters_of_a_query(adapter: SQLAlchemyAdapter, path: Path) -> None:
    await adapter.get_user("unknown")
    with other_process(path) as other:
        other.execute("DROP TABLE sessions")
    with pytest.raises(ConfigurationError, match="the table sessions") as failure:
        await adapter.get_session_and_user("a secret token")
    assert "a secret token" not in str(failure.value)


async def test_a_conflict_does_not_quote_stored_values(engine: AsyncEngine) -> None:
    adapter = SQLAlchemyAdapter(engine)
    await adapter.create_user(ALICE)
    with pytest.raises(Conflict) as failure:
        await adapter.create_user(ALICE)
    assert "alice" not in str(failure.value)
    assert failure.value.__suppress_context__


async def test_an_engine_of_the_app_is_used_and_left_open(engine: AsyncEngine) -> None:
    adapter = SQLAlchemyAdapter(engine)
    created = await adapter.create_user(ALICE)
    async with engine.connect() as connection:
        await adapter.aclose()
        assert (await connection.execute(text("SELECT id FROM users"))).scalar_one() == created.id


async def test_an_engine_of_the_app_keeps_its_settings(engine: AsyncEngine, path: Path) -> None:
    await SQLAlchemyAdapter(engine).create_user(ALICE)
    with other_process(path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)


async def test_deleting_a_user_deletes_everything_even_without_foreign_keys(engine: AsyncEngine, path: Path) -> None:
    adapter = SQLAlchemyAdapter(engine)
    created = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.delete_user(created.id)
    with other_process(path) as other:
        assert not other.execute("SELECT user_id FROM accounts UNION SELECT user_id FROM sessions").fetchall()


async def test_foreign_keys_are_enforced_on_our_own_engine(adapter: SQLAlchemyAdapter, path: Path) -> None:
    with pytest.raises(Conflict):
        await adapter.create_session(session(user_id="unknown"))


def test_the_tables_can_be_created_on_other_databases() -> None:
    on_mysql, on_postgresql = users_table("mysql"), users_table("postgresql")
    assert "DATETIME(6)" in on_mysql
    assert "utf8mb4_0900_bin" in on_mysql
    assert "utf8mb4_nopad_bin" in users_table("mariadb")
    assert "TIMESTAMP WITH TIME ZONE" in on_postgresql
    assert metadata.tables.keys() == TABLES | {"revocations"}
