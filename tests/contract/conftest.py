"""Fixtures for the servers of the contract tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from contract import peers
from contract.peers import Peer


@pytest.fixture(scope="session")
def npm_packages() -> None:
    """Skip the test unless the npm packages are installed."""
    if shutil.which("node") is None or not (peers.NODE / "node_modules" / "next-auth").is_dir():
        pytest.skip("The npm packages are missing: npm install in tests/contract/node")


@pytest.fixture(scope="session")
def node_server(npm_packages: None) -> Iterator[Peer]:
    """next-auth under Node, configured for the URL http://localhost:3000/api/auth."""
    with peers.node() as peer:
        yield peer
