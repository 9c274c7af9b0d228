"""Mistakes on the command line: one clear line on stderr, a status that is not 0, and no traceback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = {
    "good": "from authwright import Auth\n"
    "class Holder: auth = Auth(secret='x' * 32, providers=[])\n"
    "signing_in = Holder.auth\n"
    "def create(): return signing_in\n",
    "importing": "import a_missing_module\n",
    "raising": "raise RuntimeError('dsn=postgres://root:hunter2@db')\n",
    "misspelled": "def auth(:\n",
    "exiting": "import sys\nsys.exit(0)\n",
    "misconfigured": "from authwright import Auth\nauth = Auth(secret='', providers=[])\n",
}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in MODULES.items():
        (tmp_path / f"{name}.py").write_text(text)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "auth.py").write_text(MODULES["good"])
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)


def run(*arguments: str) -> tuple[int, str]:
    """Run the command in another process. Return its status and what it writes to stderr."""
    program = "import sys; from authwright.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=dict(os.environ))
    return done.returncode, done.stderr


def assert_refused(arguments: tuple[str, ...], *words: str) -> str:
    status, text = run(*arguments)
    assert status in (1, 2)
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    assert "pip install" not in text
    assert [word for word in words if word not in text] == []
    return text


@pytest.mark.parametrize(
    ("app", "words"),
    [
        ("os:auth", ["os has no auth", "mysite.auth:auth"]),
        ("os", ["os has no auth"]),
        ("os:path", ["os:path is of type module"]),
        ("absent:auth", ["no module 'absent'"]),
        ("absent.auth:auth", ["no module 'absent'"]),
        ("package.absent:auth", ["no module 'package.absent'"]),
        ("good", ["good has no auth", "good:signing_in"]),
        ("good:", ["good has no auth", "good:signing_in"]),
        ("good:create", ["of type function", "good:signing_in"]),
        ("good:signing_in.absent", ["has no signing_in.absent"]),
        ("good.py", ["is not the name of a module", "good:auth"]),
        ("./package/auth.py:signing_in", ["is not the name of a module", "package.auth:signing_in"]),
        (".good:auth", ["is not the name of a module"]),
        (":auth", ["is not the name of a module"]),
        ("a b:auth", ["is not the name of a module"]),
        ("importing:auth", ["importing importing failed", "a_missing_module", "importing.py:1"]),
        ("raising:auth", ["importing raising failed: RuntimeError", "raising.py:1"]),
        ("misspelled:auth", ["importing misspelled failed: SyntaxError", "line 1"]),
        ("exiting:auth", ["importing exiting failed: SystemExit"]),
        ("misconfigured:auth", ["importing misconfigured failed: secret: the secret is missing"]),
        ("good:signing_in", ["adapter: is missing"]),
        ("good:Holder.auth", ["adapter: is missing"]),
    ],
)
def test_a_wrong_app_is_named_in_one_line(app: str, words: list[str]) -> None:
    assert_refused(("cleanup", "--app", app), *words)


def test_the_error_of_an_app_shows_no_password() -> None:
    assert "hunter2" not in run("cleanup", "--app", "raising:auth")[1]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("migrate",), ["DATABASE_URL", "--database"]),
        (("users", "show", "x"), ["DATABASE_URL"]),
        (("cleanup", "--database", "no url"), ["--database: ", "sqlite+aiosqlite:///auth.db"]),
        (("cleanup", "--database", "redis://root:hunter2@localhost"), ["--database: "]),
        (("cleanup", "--database", "postgresql+asyncpg://root:hunter2@h:port/x"), ["--database: "]),
        (("migrate", "--database", "sqlite+aiosqlite:////absent/folder/auth.db"), ["Check the database URL."]),
        (("cleanup", "--database", "sqlite+aiosqlite:////tmp"), ["Check the database URL"]),
        (("migrate", "--database", "postgresql+asyncpg://u:hunter2@127.0.0.1:1/x"), ["the server is running"]),
        (("cleanup", "--database", "mysql+aiomysql://u:hunter2@127.0.0.1:1/x"), ["Check the database URL"]),
        (("users", "show", "x", "--database", "sqlite+aiosqlite:///empty.db"), ["authwright migrate"]),
    ],
)
def test_a_wrong_database_is_reported_in_one_line(command: tuple[str, ...], words: list[str]) -> None:
    assert "hunter2" not in assert_refused(command, *words)


@pytest.mark.parametrize("port", ["65536", "70000", "0", "-1"])
def test_a_number_that_is_not_a_port_is_refused(port: str) -> None:
    assert_refused(("demo", "--port", port), f"--port: {port}", "65535")


def test_a_port_that_is_in_use_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_refused(("demo", "--port", str(port)), f"--port: {port} cannot be used", "Choose another port")


@pytest.mark.parametrize(("database", "word"), [("absent/auth.db", "does not exist"), (".", "is a folder")])
def test_a_database_file_in_a_wrong_place_is_named(database: str, word: str) -> None:
    assert_refused(("demo", "--database", database), f"--database: {database}", word)
