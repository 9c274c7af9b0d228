"""Important work is finished even if the caller is cancelled or the process is asked to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.server.runtime.finishing import Finishing
from authwright.testing import Outbox
from authwright.types import Account, User
from support.apps import make_auth
from support.browser import Browser
from support.servers import free_port

TESTS = Path(__file__).parents[2]


def test_sigterm_during_a_refresh_does_not_lose_the_new_token(tmp_path: Path) -> None:
    database, requested, port = f"sqlite+aiosqlite:///{tmp_path}/auth.db", tmp_path / "requested", free_port()
    user_id = asyncio.run(prepare(database))
    server = subprocess.Popen(
        [sys.executable, "-m", "support.refreshing_app", str(port), database, requested], cwd=TESTS
    )
    with connected(port) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        wait_until(requested.exists)
        server.send_signal(signal.SIGTERM)
        server.wait(20)
    assert asyncio.run(refresh_token_of(database, user_id)) == "replaced"


async def prepare(database: str) -> str:
    """Store Alice, whose access token has expired; return her id."""
    adapter = SQLAlchemyAdapter(database)
    tokens = {"access_token": "old", "refresh_token": "first", "expires_at": int(time.time()) - 1}
    alice = Account(provider="corp", type="oauth", provider_account_id="alice", **tokens)
    user = await adapter.sign_up(User(id="", name="Alice"), alice, None)
    await adapter.aclose()
    return user.id


async def refresh_token_of(database: str, user_id: str) -> str | None:
    adapter = SQLAlchemyAdapter(database)
    (account,) = await adapter.list_accounts(user_id)
    await adapter.aclose()
    return account.refresh_token


def connected(port: int) -> socket.socket:
    wait_until(lambda: is_open(port))
    return socket.create_connection(("127.0.0.1", port))


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


async def test_the_work_finishes_after_its_caller_is_cancelled() -> None:
    finishing, done = Finishing(), asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0.05)
        done.set()

    caller = asyncio.ensure_future(finishing.finish(work()))
    await asyncio.sleep(0)
    caller.cancel()
    await finishing.wait()
    assert done.is_set()


def test_the_event_loop_does_not_end_before_the_work() -> None:
    done = []

    async def work() -> None:
        await asyncio.sleep(0.05)
        done.append(True)

    async def main() -> None:
        Finishing().start(work())

    asyncio.run(main())
    assert done


def test_a_time_limit_inside_the_work_is_kept() -> None:
    async def work() -> None:
        async with asyncio.timeout(0.05):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        asyncio.run(Finishing().finish(work()))


class Failing(MemoryAdapter):
    """A store whose next *failures* calls of *methods* fail."""

    def __init__(self, *methods: str, failures: int = 1) -> None:
        super().__init__()
        self.methods, self.failures = methods, failures

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name not in super().__getattribute__("__dict__").get("methods", ()):
            return value

        async def call(*args: object) -> object:
            if self.failures:
                self.failures -= 1
                raise ConnectionError
            return await value(*args)

        return call


@pytest.mark.parametrize("strategy", ["jwt", "database"])
@pytest.mark.parametrize("method", ["get_user_by_email", "sign_up"])
async def test_a_link_stays_valid_if_the_store_fails_during_the_sign_in(
    outbox: Outbox, strategy: str, method: str
) -> None:
    adapter = Failing(method, failures=0)
    browser = Browser(make_auth(outbox, adapter=adapter, strategy=strategy))
    link = await link_of(browser, outbox)
    adapter.failures = 1
    await browser.sign_in("/callback/email", **link)
    assert await browser.session() == {}
    await browser.sign_in("/callback/email", **link)
    assert (await browser.session())["user"]["email"] == "alice@example.com"
    await browser.sign_out()
    await browser.sign_in("/callback/email", **link)
    assert await browser.session() == {}


async def test_a_link_is_stored_again_as_soon_as_the_store_works(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authwright.server.flows.links._PAUSES", (0.01, 0.01, 0.01))
    adapter = Failing("sign_up", "create_verification_token", failures=0)
    browser = Browser(make_auth(outbox, adapter=adapter))
    link = await link_of(browser, outbox)
    adapter.failures = 3
    await browser.sign_in("/callback/email", **link)
    await browser.auth.aclose()
    await browser.sign_in("/callback/email", **link)
    assert (await browser.session())["user"]["email"] == "alice@example.com"


async def link_of(browser: Browser, outbox: Outbox) -> dict[str, str]:
    """Send a link to Alice, and return the fields of the form on its page."""
    await browser.sign_in("/signin/email", email="alice@example.com")
    return dict(parse_qsl(urlsplit(outbox.mails[-1].url).query))
