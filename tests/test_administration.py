"""``authwright cleanup``, ``sessions`` and ``users``, on a real database."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from authwright import cli
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, LINK, session
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.tidying import Tidying
from authwright.types import User

TOKENS = {"access_token": "access-secret", "refresh_token": "refresh-secret", "id_token": "id-secret"}
PAST, FUTURE = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite+aiosqlite:///{tmp_path}/auth.db"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


@pytest.fixture
def alice(database: str, monkeypatch: pytest.MonkeyPatch) -> User:
    """Alice, with an account, a session that lives and one that is over, and a link that is over. Bob has a session."""

    # One of a hundred writes deletes what is over, which is here for the commands.
    monkeypatch.setattr(Tidying, "is_due", lambda _: False)

    async def fill() -> User:
        adapter = SQLAlchemyAdapter(database)
        alice = await adapter.sign_up(
            ALICE, replace(GITHUB, **TOKENS), replace(session("living-secret"), expires=FUTURE)
        )
        await adapter.create_session(replace(session("over-secret", alice.id), expires=PAST))
        await adapter.create_verification_token(replace(LINK, expires=PAST))
        await adapter.sign_up(BOB, None, replace(session("bobs-secret"), expires=FUTURE))
        await adapter.aclose()
        return alice

    return asyncio.run(fill())


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert cli.main(arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_cleanup_deletes_what_has_expired_and_nothing_else(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "cleanup") == {"deleted": 2}
    assert told(capsys, "cleanup") == {"deleted": 0}
    assert len(told(capsys, "sessions", "list", alice.id)) == 1


@pytest.mark.parametrize("command", [("users", "show"), ("users", "export"), ("sessions", "list")])
def test_nothing_that_is_told_would_sign_anybody_in(
    alice: User, capsys: pytest.CaptureFixture[str], command: tuple[str, str]
) -> None:
    assert cli.main([*command, alice.id]) == 0
    answer = capsys.readouterr().out
    assert "secret" not in answer
    assert json.loads(answer)


def test_a_user_is_found_by_id_and_by_address(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    by_id, by_address = told(capsys, "users", "show", alice.id), told(capsys, "users", "show", "alice@example.com")
    assert by_id == by_address
    assert (by_id["user"]["name"], by_id["accounts"]) == ("Alice", ["github:42"])


def test_an_export_holds_all_that_is_stored_of_the_user(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    export = told(capsys, "users", "export", alice.id)
    assert (export["user"]["email"], len(export["accounts"]), len(export["sessions"])) == ("alice@example.com", 1, 2)


def test_revoking_ends_all_sessions_of_the_user_and_nobody_elses(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, "sessions", "revoke", alice.id) == {"ended": 2}
    assert told(capsys, "sessions", "list", alice.id) == []
    assert len(told(capsys, "sessions", "list", "bob@example.com")) == 1


def test_a_deleted_user_is_gone(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "users", "delete", alice.id) == {"deleted": alice.id}
    assert cli.main(["users", "show", alice.id]) == 1
    assert capsys.readouterr().err == f'No user has the id or e-mail address "{alice.id}".\n'


def test_a_database_without_tables_is_told_in_a_line(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cleanup"]) == 1
    remedy = "Check the database URL, and run `authwright migrate` if tables are missing."
    assert capsys.readouterr().err == f"The database operation failed (OperationalError). {remedy}\n"


def test_a_database_is_needed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert cli.main(["cleanup"]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err


def test_a_url_that_is_none_is_refused_without_its_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cleanup", "--database", "mysql://root:hunter2@localhost/auth"]) == 1
    assert "hunter2" not in capsys.readouterr().err


def test_the_apps_own_adapter_is_asked_where_the_app_is_named(
    alice: User, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        "from authwright import Auth",
        "from authwright.adapters.sqlalchemy import SQLAlchemyAdapter",
        f"signing_in = Auth(secret='x' * 32, providers=[], adapter=SQLAlchemyAdapter({database!r}))",
    ]
    (tmp_path / "an_app.py").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(sys, "path", [*sys.path])
    assert told(capsys, "users", "show", alice.id, "--app", "an_app:signing_in")["user"]["email"] == alice.email
    assert told(capsys, "cleanup", "--app", "an_app:signing_in") == {"deleted": 2}
