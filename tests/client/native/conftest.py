"""Run the native clients against NextAuth.js v4 under Node, and against authwright with both session strategies."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from authwright.client import AsyncAuthClient, AuthClient
from contract.browser.servers import EVERY_SERVER, Server, authwright, node

PACKAGES = Path(__file__).parents[2] / "contract" / "node"


@pytest.fixture(scope="module", params=EVERY_SERVER)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    if shutil.which("node") is None or not (PACKAGES / "node_modules" / "next-auth").is_dir():
        pytest.skip("The npm packages are missing: npm install in tests/contract/node")
    no_bundle = Path("/dev/null")
    kind, _, strategy = request.param.partition("-")
    running = node(PACKAGES, no_bundle) if kind == "node" else authwright(strategy, no_bundle)  # type: ignore[arg-type]
    with running as started:
        yield started


@pytest.fixture
async def client(server: Server) -> AsyncIterator[AsyncAuthClient]:
    async with AsyncAuthClient(server.origin) as client:
        yield client


@pytest.fixture
def plain_client(server: Server) -> Iterator[AuthClient]:
    with AuthClient(server.origin) as client:
        yield client
