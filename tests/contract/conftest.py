"""The peers of the contract tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from contract import peers
from contract.peers import Peer


@pytest.fixture(scope="session")
def npm_packages() -> None:
    """The npm packages are installed; else the test is skipped."""
    if shutil.which("node") is None or not (peers.NODE / "node_modules" / "next-auth").is_dir():
        pytest.skip("The npm packages are missing: npm install in tests/contract/node")


@pytest.fixture(scope="session")
def node_server(npm_packages: None) -> Iterator[Peer]:
    """next-auth under Node, which believes to stand at http://localhost:3000/api/auth."""
    with peers.node() as peer:
        yield peer
