"""A resource for each event loop, and the loop on which a synchronous call runs."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import uvloop
from anyio import from_thread, to_thread
from asgiref.sync import sync_to_async

from authwright.server.runtime import blocking
from authwright.server.runtime.loops import PerLoop


@dataclass
class Resource:
    """Knows the loop that made it, and the loop that closed it."""

    made: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    closed: asyncio.AbstractEventLoop | None = None

    async def aclose(self) -> None:
        await asyncio.sleep(0)
        self.closed = asyncio.get_running_loop()


@pytest.fixture
def resources() -> PerLoop[Resource]:
    return PerLoop(Resource, Resource.aclose)


async def get(resources: PerLoop[Resource]) -> Resource:
    return resources.get()


async def this_loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


async def test_a_loop_has_one_resource(resources: PerLoop[Resource]) -> None:
    assert resources.get() is resources.get()
    assert await asyncio.to_thread(asyncio.run, get(resources)) is not resources.get()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_a_resource_is_closed_on_its_own_loop_when_that_ends(
    resources: PerLoop[Resource], run: Callable[..., Resource]
) -> None:
    made = run(get(resources))
    assert made.closed is made.made


def test_what_a_loop_left_behind_that_was_closed_bare_is_dropped_unclosed(resources: PerLoop[Resource]) -> None:
    loop = asyncio.new_event_loop()
    left = loop.run_until_complete(get(resources))
    loop.close()
    assert asyncio.run(get(resources)) is not left
    assert left.closed is None


async def test_closing_reaches_every_loop_that_runs_and_a_later_use_opens_again(resources: PerLoop[Resource]) -> None:
    here = resources.get()
    elsewhere = await asyncio.to_thread(blocking.run, get(resources), "get")
    await resources.aclose()
    assert here.closed is here.made
    assert elsewhere.closed is elsewhere.made is not here.made
    assert resources.get().closed is None


async def test_a_resource_whose_owner_is_gone_is_closed_on_its_loop() -> None:
    resources = PerLoop(Resource, Resource.aclose)
    made = resources.get()
    del resources
    gc.collect()
    await asyncio.sleep(0.01)
    assert made.closed is made.made


async def test_a_worker_thread_of_anyio_uses_the_apps_loop() -> None:
    seen = await to_thread.run_sync(lambda: blocking.run(this_loop(), "this_loop"))
    assert seen is asyncio.get_running_loop()


async def test_a_worker_thread_of_asgiref_uses_the_apps_loop() -> None:
    seen = await sync_to_async(lambda: blocking.run(this_loop(), "this_loop"))()
    assert seen is asyncio.get_running_loop()


async def test_a_call_in_asgirefs_thread_may_call_back_into_that_thread() -> None:
    async def call_back() -> bool:
        return await sync_to_async(threading.get_ident)() == await sync_to_async(threading.get_ident)()

    async with asyncio.timeout(5):
        assert await sync_to_async(lambda: blocking.run(call_back(), "call_back"))()


async def test_another_thread_uses_the_background_loop() -> None:
    seen = await asyncio.to_thread(blocking.run, this_loop(), "this_loop")
    assert seen is blocking.background()


def test_a_call_to_a_loop_that_ends_is_an_error_and_no_wait() -> None:
    """A worker thread that outlives the app."""
    errors: list[BaseException] = []
    has_loop, is_over = threading.Event(), threading.Event()

    async def never() -> None:
        await asyncio.sleep(60)

    def work() -> None:
        from_thread.run_sync(asyncio.get_running_loop)
        has_loop.set()
        try:
            blocking.run(never(), "never")
        except BaseException as error:
            errors.append(error)
        is_over.set()

    async def leave() -> None:
        task = asyncio.create_task(to_thread.run_sync(work, abandon_on_cancel=True))
        await asyncio.to_thread(has_loop.wait, 5)
        task.cancel()

    asyncio.run(leave())
    assert is_over.wait(5)
    assert errors
