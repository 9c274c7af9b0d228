"""A Django site whose PostgreSQL hangs: calls end at the deadline, and service comes back with the store."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest

from authwright.adapters.conformance.samples import ALICE, GITHUB, LATER, session
from authwright.errors import AdapterError, ConfigurationError
from authwright.server.runtime.threads import SIZE
from support.apps import make_auth
from support.django_site import configure, empty
from support.proxy import Proxy, proxied

configure()

from django.db import connections  # noqa: E402

from authwright.adapters.base import Adapter  # noqa: E402
from authwright.adapters.django import DjangoAdapter  # noqa: E402

TIMEOUT = 1.0
# What a caller may wait beyond it, on a busy machine.
SLACK = 0.8
CALLS = 30


@pytest.fixture(params=[0, None], ids=["a connection a request", "connections that are kept"])
async def proxy(django_on_postgres: str, request: pytest.FixtureRequest) -> AsyncIterator[Proxy]:
    """A proxy between Django and its PostgreSQL."""
    settings = connections.settings["postgres"]
    before = dict(settings)
    await asyncio.to_thread(empty, "postgres")
    async with proxied(settings["HOST"] or "127.0.0.1", int(settings["PORT"] or 5432)) as proxy:
        settings.update(HOST="127.0.0.1", PORT=str(proxy.port), CONN_MAX_AGE=request.param)
        yield proxy
        settings.update(before)


@pytest.fixture
async def adapter(proxy: Proxy) -> Adapter:
    """The adapter as ``Auth`` uses it, with a user and a session."""
    adapter = make_auth(adapter=DjangoAdapter(timeout=TIMEOUT)).adapter
    await adapter.sign_up(ALICE, GITHUB, session())
    return adapter


async def use(adapter: Adapter, number: int) -> None:
    """A read, or a write."""
    if number % 5:
        await adapter.get_session_and_user("token")
    else:
        await adapter.update_session("token", LATER)


async def use_much(adapter: Adapter) -> None:
    await asyncio.gather(*(use(adapter, number) for number in range(CALLS)))


async def works(adapter: Adapter) -> bool:
    try:
        await use_much(adapter)
    except AdapterError:
        return False
    return True


async def assert_hangs_briefly(adapter: Adapter, number: int) -> None:
    began = time.monotonic()
    with pytest.raises(AdapterError):
        await use(adapter, number)
    assert time.monotonic() - began < TIMEOUT + SLACK


async def test_calls_to_a_database_that_hangs_end_and_later_ones_work(adapter: Adapter, proxy: Proxy) -> None:
    await use_much(adapter)
    proxy.hang()
    for _ in range(3):
        await asyncio.gather(*(assert_hangs_briefly(adapter, number) for number in range(CALLS)))
    proxy.resume()
    # libpq waits for a new connection for at least two seconds, and its thread with it.
    async with asyncio.timeout(2 + SLACK):
        for _ in range(100):
            if await works(adapter):
                break
            await asyncio.sleep(0.1)
    await use_much(adapter)


async def test_after_a_failover_of_which_connections_hear_nothing_one_deadline_is_lost(
    adapter: Adapter, proxy: Proxy
) -> None:
    await use_much(adapter)
    proxy.fail_over()
    await asyncio.gather(*(use(adapter, number) for number in range(3)), return_exceptions=True)
    async with asyncio.timeout(TIMEOUT + SLACK):
        await use_much(adapter)


async def test_threads_that_hung_end(adapter: Adapter, proxy: Proxy) -> None:
    proxy.hang()
    for _ in range(2):
        await asyncio.gather(*(assert_hangs_briefly(adapter, number) for number in range(CALLS)))
    proxy.fail_over()
    await asyncio.sleep(TIMEOUT + SLACK)
    assert sum(thread.name == "authwright stores" for thread in threading.enumerate()) <= SIZE


async def test_the_apps_own_threads_work_while_the_database_hangs(adapter: Adapter, proxy: Proxy) -> None:
    proxy.hang()
    hanging = asyncio.gather(*(assert_hangs_briefly(adapter, number) for number in range(CALLS)))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(0.5):
        assert await asyncio.to_thread(lambda: "done") == "done"
    await hanging


@pytest.mark.parametrize("timeout", [0, -1, "5", True, float("inf")])
def test_a_timeout_that_is_no_time_is_refused(timeout: float, sqlite_site: str) -> None:
    with pytest.raises(ConfigurationError, match="timeout"):
        DjangoAdapter(timeout=timeout)
