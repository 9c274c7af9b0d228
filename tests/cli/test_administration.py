"""The commands ``authwright cleanup``, ``sessions`` and ``users``, with a real database."""

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
    """Alice, with an account, a valid session, an expired session and an expired link. Bob has a session."""

    # One write in a hundred deletes expired rows, which these tests leave to the commands.
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


def output_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert cli.main(arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_cleanup_deletes_only_what_has_expired(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert output_of(capsys, "cleanup") == {"deleted": 2}
    assert output_of(capsys, "cleanup") == {"deleted": 0}
    assert len(output_of(capsys, "sessions", "list", alice.id)) == 1


@pytest.mark.parametrize("command", [("users", "show"), ("users", "export"), ("sessions", "list")])
def test_the_output_contains_no_secret(
    alice: User, capsys: pytest.CaptureFixture[str], command: tuple[str, str]
) -> None:
    assert cli.main([*command, alice.id]) == 0
    output = capsys.readouterr().out
    assert "secret" not in output
    assert json.loads(output)


def test_a_user_is_found_by_id_and_by_address(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    by_id, by_address = (
        output_of(capsys, "users", "show", alice.id),
        output_of(capsys, "users", "show", "alice@example.com"),
    )
    assert by_id == by_address
    assert (by_id["user"]["name"], by_id["accounts"]) == ("Alice", ["github:42"])


def test_an_export_contains_everything_that_is_stored_about_the_user(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    export = output_of(capsys, "users", "export", alice.id)
    assert (export["user"]["email"], len(export["accounts"]), len(export["sessions"])) == ("alice@example.com", 1, 2)


def test_revoking_ends_all_sessions_of_the_user_and_of_no_other_user(
    alice: User, capsys: pytest.CaptureFixture[str]
) -> None:
    assert output_of(capsys, "sessions", "revoke", alice.id) == {"ended": 2}
    assert output_of(capsys, "sessions", "list", alice.id) == []
    assert len(output_of(capsys, "sessions", "list", "bob@example.com")) == 1


def test_a_deleted_user_is_gone(alice: User, capsys: pytest.CaptureFixture[str]) -> None:
    assert output_of(capsys, "users", "delete", alice.id) == {"deleted": alice.id}
    assert cli.main(["users", "show", alice.id]) == 1
    assert capsys.readouterr().err == f'No user has the id or e-mail address "{alice.id}".\n'


def test_a_database_without_tables_is_reported_in_one_line(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cleanup"]) == 1
    printed = capsys.readouterr().err
    assert "the database lacks the table users" in printed
    assert "Run `authwright migrate`" in printed
    assert printed.count("\n") == 1


def test_a_database_is_required(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert cli.main(["cleanup"]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err


def test_an_invalid_url_is_refused_without_showing_its_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cleanup", "--database", "mysql://root:hunter2@localhost/auth"]) == 1
    assert "hunter2" not in capsys.readouterr().err


def test_the_apps_own_adapter_is_used_if_the_app_is_named(
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
    assert output_of(capsys, "users", "show", alice.id, "--app", "an_app:signing_in")["user"]["email"] == alice.email
    assert output_of(capsys, "cleanup", "--app", "an_app:signing_in") == {"deleted": 2}
