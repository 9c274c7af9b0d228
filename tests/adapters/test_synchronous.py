"""An adapter with synchronous methods runs in worker threads, keeps the contract, and works with ``Auth``."""

import asyncio
import time

import pytest

from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.synchronous import SyncAdapter, asynchronous
from support.apps import make_auth
from support.browser import Browser
from support.plain import PlainAdapter


class SlowAdapter(PlainAdapter):
    def get_user(self, user_id: str) -> None:
        time.sleep(0.3)


class TestPlainAdapter(AdapterConformance):
    @pytest.fixture
    def adapter(self) -> SyncAdapter:
        return PlainAdapter()


async def test_a_slow_store_does_not_block_the_event_loop() -> None:
    slow = asyncio.create_task(asynchronous(SlowAdapter()).get_user("1"))
    await asyncio.sleep(0.05)
    assert not slow.done()
    assert await slow is None


async def test_users_sign_in_and_out_with_a_synchronous_adapter() -> None:
    browser = Browser(make_auth(strategy="database", adapter=PlainAdapter()))
    await browser.sign_in(username="alice", password="wonderland")
    assert (await browser.session())["user"]["name"] == "Alice"
    await browser.sign_out()
    assert await browser.session() == {}


def test_an_asynchronous_adapter_is_not_wrapped() -> None:
    adapter = MemoryAdapter()
    assert asynchronous(adapter) is adapter
