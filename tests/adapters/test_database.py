"""What the SQL store does beside the contract: its tables, its connections, and a database that is away for a while."""

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
from authwright.adapters.tables import metadata, users
from authwright.errors import Conflict

TABLES = {"users", "accounts", "sessions", "verification_tokens"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auth.db"


@pytest.fixture
async def adapter(path: Path) -> AsyncIterator[SQLAlchemyAdapter]:
    """On a file, waiting a tenth of a second for the writers of other processes."""
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}?timeout=0.1")
    yield adapter
    await adapter.aclose()


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[AsyncEngine]:
    """An app's own."""
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


def test_an_adapter_that_is_not_used_opens_nothing(path: Path) -> None:
    SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    assert not path.exists()


async def test_the_first_call_makes_the_tables(adapter: SQLAlchemyAdapter, path: Path) -> None:
    assert await adapter.get_user("nobody") is None
    assert tables_in(path) == TABLES


async def test_first_calls_at_the_same_instant_all_find_the_tables(adapter: SQLAlchemyAdapter) -> None:
    assert await asyncio.gather(*(adapter.get_user("nobody") for _ in range(20))) == [None] * 20


async def test_tables_are_left_to_migrations_on_request(path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}", create_tables=False)
    with pytest.raises(OperationalError, match="no such table"):
        await adapter.get_user("nobody")
    await adapter.aclose()
    assert tables_in(path) == set()


async def test_what_was_stored_is_there_after_a_restart(adapter: SQLAlchemyAdapter, path: Path) -> None:
    made = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.aclose()
    again = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    assert await again.get_session_and_user("token") == (session(user_id=made.id), made)
    await again.aclose()


async def test_a_closed_adapter_opens_again(adapter: SQLAlchemyAdapter) -> None:
    made = await adapter.create_user(ALICE)
    await adapter.aclose()
    await adapter.aclose()
    assert await adapter.get_user(made.id) == made


async def test_a_directory_that_appears_later_is_enough(tmp_path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/mounted/auth.db")
    for _ in range(2):
        with pytest.raises(OperationalError):
            await adapter.sign_up(ALICE, GITHUB, session())
    (tmp_path / "mounted").mkdir()
    made = await adapter.sign_up(ALICE, GITHUB, session())
    assert await adapter.get_user(made.id) == made
    await adapter.aclose()


async def test_tables_that_could_not_be_made_are_made_later(adapter: SQLAlchemyAdapter, path: Path) -> None:
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await adapter.create_user(ALICE)
    made = await adapter.create_user(ALICE)
    assert await adapter.get_user(made.id) == made


async def test_a_locked_file_fails_writes_until_it_is_free(adapter: SQLAlchemyAdapter, path: Path) -> None:
    await adapter.create_verification_token(LINK)
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            await adapter.use_verification_token(LINK.identifier, LINK.token)
    assert await adapter.use_verification_token(LINK.identifier, LINK.token) == LINK


async def test_a_write_elsewhere_makes_no_reader_wait(adapter: SQLAlchemyAdapter, path: Path) -> None:
    made = await adapter.create_user(ALICE)
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE users SET name = 'Carol'")
        assert await adapter.get_user(made.id) == made


async def test_a_short_write_elsewhere_is_waited_for(path: Path) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    await adapter.get_user("nobody")
    with other_process(path) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(adapter.create_user(ALICE))
        await asyncio.sleep(0.2)
        other.execute("COMMIT")
        made = await waiting
    assert await adapter.get_user(made.id) == made
    await adapter.aclose()


async def test_two_adapters_on_one_file_burn_a_link_once(adapter: SQLAlchemyAdapter, path: Path) -> None:
    other = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    await adapter.create_verification_token(LINK)
    uses = [one.use_verification_token(LINK.identifier, LINK.token) for one in (other, other, other, other)]
    answers = await asyncio.gather(*uses, adapter.use_verification_token(LINK.identifier, LINK.token))
    assert [answer for answer in answers if answer] == [LINK]
    await other.aclose()


async def test_two_adapters_may_make_the_tables_at_once(path: Path) -> None:
    adapters = [SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}") for _ in range(4)]
    made = await asyncio.gather(*(one.create_user(ALICE) for one in adapters), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in made) == 3
    for one in adapters:
        await one.aclose()


@pytest.mark.parametrize("steps", range(12))
async def test_an_interrupted_sign_up_loses_nothing_that_is_in_memory(steps: int) -> None:
    adapter = SQLAlchemyAdapter("sqlite+aiosqlite://")
    made = await adapter.create_user(ALICE)
    interrupted = asyncio.create_task(adapter.sign_up(BOB, GITHUB, session()))
    for _ in range(steps):
        await asyncio.sleep(0.0005)
    interrupted.cancel()
    await asyncio.gather(interrupted, return_exceptions=True)
    assert await adapter.get_user(made.id) == made
    await adapter.aclose()


@pytest.mark.parametrize("steps", range(12))
async def test_an_interrupted_sign_up_is_whole_or_not_at_all(adapter: SQLAlchemyAdapter, steps: int) -> None:
    await adapter.get_user("nobody")
    interrupted = asyncio.create_task(adapter.sign_up(ALICE, GITHUB, session()))
    for _ in range(steps):
        await asyncio.sleep(0.0005)
    interrupted.cancel()
    await asyncio.gather(interrupted, return_exceptions=True)
    user = await adapter.get_user_by_email("alice@example.com")
    assert await adapter.get_user_by_account("github", "42") == user
    assert (await adapter.get_session_and_user("token") is None) == (user is None)


async def test_no_error_quotes_what_was_stored(adapter: SQLAlchemyAdapter, path: Path) -> None:
    await adapter.get_user("nobody")
    with other_process(path) as other:
        other.execute("DROP TABLE sessions")
    with pytest.raises(OperationalError) as failure:
        await adapter.get_session_and_user("a secret token")
    assert "a secret token" not in str(failure.value)


async def test_a_conflict_quotes_nothing(engine: AsyncEngine) -> None:
    adapter = SQLAlchemyAdapter(engine)
    await adapter.create_user(ALICE)
    with pytest.raises(Conflict) as failure:
        await adapter.create_user(ALICE)
    assert "alice" not in str(failure.value)
    assert failure.value.__suppress_context__


async def test_an_apps_own_engine_is_used_and_left_open(engine: AsyncEngine) -> None:
    adapter = SQLAlchemyAdapter(engine)
    made = await adapter.create_user(ALICE)
    async with engine.connect() as connection:
        await adapter.aclose()
        assert (await connection.execute(text("SELECT id FROM users"))).scalar_one() == made.id


async def test_an_apps_own_engine_keeps_its_settings(engine: AsyncEngine, path: Path) -> None:
    await SQLAlchemyAdapter(engine).create_user(ALICE)
    with other_process(path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("delete",)


async def test_without_foreign_keys_a_deleted_user_still_takes_all_along(engine: AsyncEngine, path: Path) -> None:
    adapter = SQLAlchemyAdapter(engine)
    made = await adapter.sign_up(ALICE, GITHUB, session())
    await adapter.delete_user(made.id)
    with other_process(path) as other:
        assert not other.execute("SELECT user_id FROM accounts UNION SELECT user_id FROM sessions").fetchall()


async def test_foreign_keys_are_kept_on_our_engine(adapter: SQLAlchemyAdapter, path: Path) -> None:
    with pytest.raises(Conflict):
        await adapter.create_session(session(user_id="nobody"))


def test_the_tables_can_be_made_on_other_databases() -> None:
    on_mysql, on_postgresql = users_table("mysql"), users_table("postgresql")
    assert "DATETIME(6)" in on_mysql
    assert "utf8mb4_0900_bin" in on_mysql
    assert "utf8mb4_nopad_bin" in users_table("mariadb")
    assert "TIMESTAMP WITH TIME ZONE" in on_postgresql
    assert metadata.tables.keys() == TABLES | {"revocations"}
