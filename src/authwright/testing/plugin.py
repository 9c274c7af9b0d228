"""The pytest plugin. Its fixtures are available if authwright is installed, and are imported at first use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from authwright.testing import FakeIdP, Outbox


@pytest.fixture
def fake_idp() -> FakeIdP:
    """A new fake identity provider."""
    from authwright.testing import FakeIdP

    return FakeIdP()


@pytest.fixture
def outbox() -> Outbox:
    """A new outbox for ``Email(send=outbox.send)``."""
    from authwright.testing import Outbox

    return Outbox()


@pytest.fixture
def signed_in() -> Callable[..., Awaitable[dict[str, str]]]:
    """A function: ``await signed_in(auth, user)`` returns the cookies of a browser in which *user* is signed in."""
    from authwright.testing import session_cookies

    return session_cookies
