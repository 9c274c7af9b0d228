"""Run the conformance suite as the author of an adapter does: only a store that keeps the contract passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import authwright

HEAD = """
from dataclasses import replace
import pytest
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.memory import MemoryAdapter
"""

STORE = """
class {name}(MemoryAdapter):
{method}

class Test{name}(AdapterConformance):
    @pytest.fixture
    def adapter(self):
        return {name}()
"""

FAULTS = {
    "test_only_one_of_fifty_concurrent_uses_gets_the_token": """
    async def use_verification_token(self, identifier, token):
        return self._tokens.get((identifier, token))
""",
    "test_a_taken_account_leaves_no_user_and_no_session": """
    async def sign_up(self, user, account, session):
        created = await self.create_user(user)
        if account:
            await self.link_account(replace(account, user_id=created.id))
        if session:
            await self.create_session(replace(session, user_id=created.id))
        return created
""",
    "test_only_one_of_many_concurrent_refreshes_is_written": """
    async def update_session(self, session_token, expires, expected=None):
        return await super().update_session(session_token, expires)
""",
    "test_a_user_is_stored_with_every_field": """
    async def get_user(self, user_id):
        user = await super().get_user(user_id)
        return user and replace(user, email_verified=None)
""",
}


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Return the names of the tests that fail, by store, in a folder without pytest settings."""
    folder = tmp_path_factory.mktemp("authors")
    stores = {"Sound": "    pass", **{f"Faulty{number}": method for number, method in enumerate(FAULTS.values())}}
    (folder / "test_stores.py").write_text(HEAD + "".join(STORE.format(name=n, method=m) for n, m in stores.items()))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_stores.py"]
    environment = os.environ | {"PYTHONPATH": str(Path(authwright.__file__).parents[1])}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "skipped" not in done.stdout
    found = re.findall(r"^FAILED test_stores\.py::Test(\w+)::(\w+)", done.stdout, re.MULTILINE)
    return {store: {test for name, test in found if name == store} for store in stores}


def test_a_store_that_keeps_the_contract_passes(failed: dict[str, set[str]]) -> None:
    assert failed["Sound"] == set()


@pytest.mark.parametrize(("number", "found_by"), list(enumerate(FAULTS)))
def test_a_store_that_breaks_the_contract_fails(failed: dict[str, set[str]], number: int, found_by: str) -> None:
    assert found_by in failed[f"Faulty{number}"]
