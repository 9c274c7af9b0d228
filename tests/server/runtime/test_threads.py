"""The pool of worker threads: bounded, replaced while they hang, and a forked child's own."""

from __future__ import annotations

import asyncio
import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from authwright.server.runtime import threads
from authwright.server.runtime.threads import Threads

NAME = "threads of a test"


@pytest.fixture
def over() -> Iterator[threading.Event]:
    over = threading.Event()
    yield over
    over.set()


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Threads:
    """A pool of at most three threads."""
    monkeypatch.setattr(threads, "SIZE", 3)
    return Threads(NAME)


def named() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == NAME]


async def hang(pool: Threads, over: threading.Event, calls: int) -> None:
    """Leave so many calls that hang."""
    hanging = (pool.run(over.wait, 0.05) for _ in range(calls))
    assert {type(one) for one in await asyncio.gather(*hanging, return_exceptions=True)} == {TimeoutError}


async def test_there_are_at_most_so_many_threads(pool: Threads) -> None:
    before = named()
    await asyncio.gather(*(pool.run(lambda: time.sleep(0.01), 5) for _ in range(20)))
    assert len(set(named()) - set(before)) == 3


async def test_one_thread_serves_calls_one_after_another(pool: Threads) -> None:
    assert len({await pool.run(threading.get_ident, 5) for _ in range(20)}) == 1


async def test_a_call_that_waits_for_a_thread_runs_when_a_hanging_one_is_left(
    pool: Threads, over: threading.Event
) -> None:
    hanging = asyncio.ensure_future(hang(pool, over, 2))
    await asyncio.sleep(0)
    busy = [asyncio.ensure_future(pool.run(lambda: time.sleep(0.02), 5)) for _ in range(4)]
    await asyncio.gather(hanging, *busy)


async def test_while_too_many_hang_a_call_fails_at_once_and_says_why(pool: Threads, over: threading.Event) -> None:
    await hang(pool, over, 3)
    began = time.monotonic()
    with pytest.raises(TimeoutError, match=f"3 earlier calls hang in {NAME}"):
        await pool.run(lambda: None, 5)
    assert time.monotonic() - began < 0.1


async def test_once_what_hung_returns_calls_work_again_and_lost_threads_have_ended(
    pool: Threads, over: threading.Event
) -> None:
    before = named()
    await hang(pool, over, 3)
    lost = set(named()) - set(before)
    over.set()
    await asyncio.to_thread(lambda: [thread.join(2) for thread in lost])
    assert not any(thread.is_alive() for thread in lost)
    assert await pool.run(lambda: "done", 5) == "done"


async def test_a_call_that_waited_in_vain_never_runs(pool: Threads, over: threading.Event) -> None:
    ran: list[bool] = []
    hanging = [asyncio.ensure_future(pool.run(over.wait, 5)) for _ in range(3)]
    await asyncio.sleep(0.05)
    with pytest.raises(TimeoutError):
        await pool.run(lambda: ran.append(True), 0.05)
    over.set()
    await asyncio.gather(*hanging)
    await pool.run(lambda: None, 5)
    assert ran == []


async def test_a_caller_that_is_cancelled_gives_its_thread_up(pool: Threads, over: threading.Event) -> None:
    tasks = [asyncio.ensure_future(pool.run(over.wait, 5)) for _ in range(2)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert await asyncio.gather(*(pool.run(lambda: "done", 1) for _ in range(6))) == ["done"] * 6


def test_two_loops_share_the_threads(pool: Threads) -> None:
    async def many() -> list[int]:
        return await asyncio.gather(*(pool.run(lambda: 1, 5) for _ in range(200)))

    others = [threading.Thread(target=asyncio.run, args=(many(),)) for _ in range(2)]
    for other in others:
        other.start()
    assert asyncio.run(many()) == [1] * 200
    for other in others:
        other.join()


def run_in_child() -> None:
    assert asyncio.run(threads.STORES.run(lambda: 1, 5)) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    run_in_child()
    child = multiprocessing.get_context("fork").Process(target=run_in_child)
    child.start()
    child.join(10)
    assert child.exitcode == 0


HANGS = """
import asyncio, threading
from authwright.server.runtime.threads import HOOKS
try:
    asyncio.run(HOOKS.run(threading.Event().wait, 0.1))
except TimeoutError:
    print("left")
"""


def test_a_call_that_hangs_does_not_keep_the_process_from_ending() -> None:
    ended = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, timeout=10)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("left\n", "", 0)
