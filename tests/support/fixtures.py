"""Fixtures that the tests of the server share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from joserfc.jwk import RSAKey

from authwright import Auth
from authwright.testing import Outbox, keys
from support.apps import make_auth
from support.browser import Browser


@pytest.fixture(scope="session", autouse=True)
def _few_keys() -> Iterator[None]:
    """Let the test providers share eight RSA keys, because generating one takes a tenth of a second."""
    made: list[RSAKey] = []
    make = keys.new_key
    turns = count()

    def next_key() -> RSAKey:
        turn = next(turns) % 8
        if turn == len(made):
            made.append(make())
        return made[turn]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keys, "new_key", next_key)
        yield


@pytest.fixture
def travel(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A function that moves the clock forward by a number of seconds."""
    real = time.time
    offset = [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + offset[0])

    def move(seconds: float) -> None:
        offset[0] += seconds

    return move


@pytest.fixture(params=["jwt", "database"])
def app(request: pytest.FixtureRequest, outbox: Outbox) -> Auth:
    """An app with passwords and e-mail links, for each session strategy."""
    return make_auth(outbox, strategy=request.param)


@pytest.fixture
def browser(app: Auth) -> Browser:
    return Browser(app)


@pytest.fixture
async def alice(browser: Browser) -> Browser:
    """A browser in which Alice is signed in."""
    await browser.sign_in(username="alice", password="wonderland")
    return browser
