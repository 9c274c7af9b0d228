"""The benchmark of faults: its proxy breaks connections as it says, and its verdict names what was broken."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from benchmarks.faults.measure import Cell, settle
from benchmarks.faults.proxy import Proxy
from benchmarks.faults.targets import proxied
from benchmarks.faults.visitors import Visit

SOON = 0.2


class Echo(asyncio.Protocol):
    """Sends back what it receives."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """A proxy to a server that sends back what it receives."""
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    async with proxied(server.sockets[0].getsockname()[1]) as proxy:
        yield proxy
    server.close()


class Client:
    """A connection to the proxy."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    async def __aenter__(self) -> Client:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._proxy.port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self.writer.transport.abort()

    async def echo(self, limit: float = SOON) -> bytes:
        async with asyncio.timeout(limit):
            self.writer.write(b"hello")
            return await self.reader.read(100)


async def test_a_proxy_forwards(proxy: Proxy) -> None:
    async with Client(proxy) as client:
        assert await client.echo() == b"hello"


async def test_a_proxy_that_refuses_closes_old_connections_and_opens_no_new_ones(proxy: Proxy) -> None:
    async with Client(proxy) as old:
        await old.echo()
        async with proxy.refusing():
            assert await old.reader.read(100) == b""
            with pytest.raises(ConnectionRefusedError):
                await Client(proxy).__aenter__()
        async with Client(proxy) as new:
            assert await new.echo() == b"hello"


async def test_a_proxy_that_hangs_forwards_again_afterwards(proxy: Proxy) -> None:
    async with Client(proxy) as client:
        async with proxy.hanging():
            with pytest.raises(TimeoutError):
                await client.echo()
        assert await client.reader.read(100) == b"hello"


async def test_in_a_black_hole_old_connections_are_silent_and_new_ones_work(proxy: Proxy) -> None:
    async with Client(proxy) as old:
        await old.echo()
        async with proxy.black_hole(), Client(proxy) as new:
            assert await new.echo() == b"hello"
            with pytest.raises(TimeoutError):
                await old.echo()


async def test_a_slow_proxy_delays_replies(proxy: Proxy) -> None:
    async with Client(proxy) as client, proxy.slow(2 * SOON):
        with pytest.raises(TimeoutError):
            await client.echo()
        assert await client.reader.read(100) == b"hello"


def cell(**changes: Any) -> Cell:
    fine = {"worst": 5.2, "ping": 0.1, "outcomes": Counter({"200": 5, "503": 2}), "recovery": 1.0, "lost": []}
    return Cell(**{"target": "Redis", "fault": "hangs", "limit": 5, "crash": "", **fine, **changes})


def test_a_cell_within_the_limits_has_no_problems() -> None:
    assert cell().problems == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"worst": 7.0}, "a response took 7.0 s"),
        ({"ping": 3.0}, "other pages took 3.0 s"),
        ({"outcomes": Counter({"500": 1})}, "500"),
        ({"outcomes": Counter({"no session": 1})}, "no session"),
        ({"recovery": None}, "no recovery"),
        ({"recovery": 9.0}, "recovery took 9.0 s"),
        ({"lost": ["2 sessions"]}, "lost: 2 sessions"),
        ({"crash": "SIGSEGV"}, "the site ended: SIGSEGV"),
    ],
)
def test_each_broken_guarantee_is_a_problem(changes: dict[str, Any], problem: str) -> None:
    assert cell(**changes).problems == [problem]


async def test_a_service_that_goes_on_failing_does_not_recover(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.faults.measure._PATIENCE", 3.0)
    monkeypatch.setattr("benchmarks.faults.measure._QUIET", 1.5)
    now = asyncio.get_running_loop().time()
    good = [Visit("read", now + tenth / 10, now + tenth / 10, "200") for tenth in range(60)]
    bad = [Visit("read", now + tenth / 10, now + tenth / 10, "503") for tenth in range(60)]
    assert await asyncio.gather(settle(good, now), settle(bad, now)) == [True, False]
