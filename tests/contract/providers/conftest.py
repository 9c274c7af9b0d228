"""Fixtures for real providers, the app, and a visitor who signs in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from authwright.types import SessionStrategy
from contract.peers import NODE
from contract.providers import servers
from contract.providers.servers import MOCK_SECRET, Provider, Site
from contract.providers.visitor import Visitor


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with servers.site() as running:
        yield running


@pytest.fixture(params=["jwt", "database"])
def strategy(request: pytest.FixtureRequest) -> SessionStrategy:
    strategy: SessionStrategy = request.param
    return strategy


@pytest.fixture
def visitor(site: Site) -> Iterator[Visitor]:
    with httpx2.Client(trust_env=False, timeout=10) as client:
        yield Visitor(site, client)


@pytest.fixture(scope="session")
def packages(npm_packages: None) -> None:
    """Skip the test unless the npm packages of the providers are installed."""
    missing = [name for name in ("oidc-provider", "oauth2-mock-server") if not (NODE / "node_modules" / name).is_dir()]
    if missing:
        pytest.skip(f"The npm packages {' and '.join(missing)} are missing: npm install in tests/contract/node")


@pytest.fixture(scope="session")
def oidc(packages: None, site: Site) -> Iterator[Provider]:
    """The npm package oidc-provider."""
    with servers.provider("oidc.mjs", REDIRECT_URI=site.redirect_uri) as running:
        yield running


@pytest.fixture(scope="session")
def mock(packages: None) -> Iterator[Provider]:
    """The npm package oauth2-mock-server. The host of its issuer is always localhost."""
    with servers.provider("mock.mjs", "localhost", CLIENT_SECRET=MOCK_SECRET) as running:
        yield running
