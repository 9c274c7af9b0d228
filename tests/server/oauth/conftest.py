"""An app that signs in through an OpenID provider."""

from __future__ import annotations

from typing import Any

import pytest

from authwright import Auth
from authwright.adapters.memory import MemoryAdapter
from authwright.testing import FakeIdP
from support.apps import make_auth
from support.browser import Browser
from support.provider import MakeApp, corp


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP("http://localhost:4000")


@pytest.fixture
def make_app(idp: FakeIdP) -> MakeApp:
    """A function that creates an ``Auth`` with *idp*; ``provider`` has options of ``OIDC``, the rest of ``Auth``."""

    def make(provider: dict[str, Any] | None = None, **options: Any) -> Auth:
        return make_auth(providers=[corp(idp, **(provider or {}))], **options)

    return make


@pytest.fixture(params=["jwt", "database", "no adapter"])
def app(request: pytest.FixtureRequest, make_app: MakeApp) -> Auth:
    """An app for each session strategy, and one without an adapter."""
    if request.param == "no adapter":
        return make_app()
    return make_app(adapter=MemoryAdapter(), strategy=request.param)


@pytest.fixture
def browser(app: Auth) -> Browser:
    return Browser(app)
