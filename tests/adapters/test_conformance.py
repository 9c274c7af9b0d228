"""The conformance suite in an author's hands: it passes a store that keeps the contract, and no other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import authwright

AUTHOR = """
from dataclasses import replace
import pytest
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.memory import MemoryAdapter

class Store(MemoryAdapter):
{method}

@pytest.fixture
def adapter():
    return Store()

class TestStore(AdapterConformance):
    pass
"""

FAULTS = {
    "test_of_fifty_uses_at_once_one_gets_the_token": """
    async def use_verification_token(self, identifier, token):
        return self._tokens.get((identifier, token))
""",
    "test_a_taken_account_leaves_no_user_and_no_session": """
    async def sign_up(self, user, account, session):
        made = await self.create_user(user)
        if account:
            await self.link_account(replace(account, user_id=made.id))
        if session:
            await self.create_session(replace(session, user_id=made.id))
        return made
""",
    "test_of_many_refreshes_of_one_session_one_is_written": """
    async def update_session(self, session_token, expires, expected=None):
        return await super().update_session(session_token, expires)
""",
    "test_a_user_is_stored_with_every_field": """
    async def get_user(self, user_id):
        user = await super().get_user(user_id)
        return user and replace(user, email_verified=None)
""",
}


def run(folder: Path, method: str) -> subprocess.CompletedProcess[str]:
    """The author's own tests, without any setting of pytest."""
    (folder / "test_store.py").write_text(AUTHOR.format(method=method))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_store.py"]
    environment = os.environ | {"PYTHONPATH": str(Path(authwright.__file__).parents[1])}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_store_that_keeps_the_contract_passes(tmp_path: Path) -> None:
    done = run(tmp_path, "    pass")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


@pytest.mark.parametrize("found_by", FAULTS)
def test_a_store_that_does_not_is_found_out(found_by: str, tmp_path: Path) -> None:
    done = run(tmp_path, FAULTS[found_by])
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert f"FAILED test_store.py::TestStore::{found_by}" in done.stdout
