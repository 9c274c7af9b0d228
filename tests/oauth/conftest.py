"""An app with an OpenID provider beside it."""

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
    """Makes an ``Auth`` whose one provider is *idp*; ``provider`` goes to ``OIDC``, the rest to ``Auth``."""

    def make(provider: dict[str, Any] | None = None, **options: Any) -> Auth:
        return make_auth(providers=[corp(idp, **(provider or {}))], **options)

    return make


@pytest.fixture(params=["jwt", "database", "no adapter"])
def app(request: pytest.FixtureRequest, make_app: MakeApp) -> Auth:
    """Once for each strategy, and once without an adapter."""
    if request.param == "no adapter":
        return make_app()
    return make_app(adapter=MemoryAdapter(), strategy=request.param)


@pytest.fixture
def browser(app: Auth) -> Browser:
    return Browser(app)
