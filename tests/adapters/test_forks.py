"""Processes that fork after they have used a store, as ``gunicorn --preload`` and ``multiprocessing`` do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import URL

TESTS = Path(__file__).parents[1]


@pytest.fixture(params=["sqlite", "postgres", "mariadb", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """The kind of a store, its URL and its prefix."""
    prefix: str = request.getfixturevalue("prefix")
    if request.param == "sqlite":
        return ["sqlite", f"sqlite+aiosqlite:///{tmp_path}/auth.db", prefix]
    if request.param == "redis":
        return ["redis", request.getfixturevalue("redis_url"), prefix]
    url: URL = request.getfixturevalue(request.param)
    return [request.param, url.render_as_string(hide_password=False), prefix]


def test_parents_and_children_all_see_the_right_sessions(place: list[str]) -> None:
    # From Python 3.12 on a process with threads that forks is warned: only a fork before the first use is sure to work.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "support.forking_app", *place]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=TESTS)
    assert (done.returncode, done.stderr) == (0, "")
