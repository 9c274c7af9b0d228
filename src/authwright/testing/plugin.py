"""The pytest plugin: its fixtures are there wherever authwright is installed, and load at first use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from authwright.testing import FakeIdP, Outbox


@pytest.fixture
def fake_idp() -> FakeIdP:
    """An identity provider of the test's own."""
    from authwright.testing import FakeIdP

    return FakeIdP()


@pytest.fixture
def outbox() -> Outbox:
    """Where the mails of ``Email(send=outbox.send)`` go."""
    from authwright.testing import Outbox

    return Outbox()


@pytest.fixture
def signed_in() -> Callable[..., Awaitable[dict[str, str]]]:
    """``await signed_in(auth, user)``: the cookies of a browser in which *user* has signed in."""
    from authwright.testing import session_cookies

    return session_cookies
