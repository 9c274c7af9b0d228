"""A pytest plugin: ``pytest_plugins = ["authwright.testing.plugin"]`` in a conftest brings its fixtures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from authwright.testing.fake_idp import FakeIdP
from authwright.testing.outbox import Outbox
from authwright.testing.signed_in import session_cookies


@pytest.fixture
def fake_idp() -> FakeIdP:
    """An identity provider of the test's own."""
    return FakeIdP()


@pytest.fixture
def outbox() -> Outbox:
    """Where the mails of ``Email(send=outbox.send)`` go."""
    return Outbox()


@pytest.fixture
def signed_in() -> Callable[..., Awaitable[dict[str, str]]]:
    """``await signed_in(auth, user)``: the cookies of a browser in which *user* has signed in."""
    return session_cookies
