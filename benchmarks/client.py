"""What the client costs: `python -m benchmarks.client [--stores 1000] [--interval 60]`.

Import time and source size need no server. The stores share one client, so one session, and poll a local server in a
process of its own; what is counted is the CPU time and the memory of this process alone, on one core, over one whole
interval, in which each store gets a new session. They share the requests too: what a request for each would take, as
with a client for each of so many users, is said by bare requests of httpx2 at that pace.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from authwright.client import Api, AsyncAuthClient, SessionProvider, SessionStore
from authwright.client.browser_source import FILES
from benchmarks.servers import ROOT, serving

_IMPORTS = 15


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: what was measured, in which unit, and what it must stay below."""

    name: str
    value: float
    unit: str
    limit: float

    def __str__(self) -> str:
        verdict = "yes" if self.value < self.limit else "NO"
        return f"| {self.name} | {self.value:.2f} {self.unit} | {self.limit:g} {self.unit} | {verdict} |"


def main() -> int:
    """Measure and print the table; answers 1 where a limit is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.client")
    parser.add_argument("--stores", type=int, default=1000)
    parser.add_argument("--interval", type=int, default=60, help="seconds, which the measurement takes")
    options = parser.parse_args()
    figures = [
        Figure("import authwright.client, median of fresh processes", import_time() * 1000, "ms", 40),
        Figure("source that MicroPython loads", source_size() / 1000, "KB", 60),
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("jwt", "/api/auth/providers", Path(folder) / "auth.db") as server,
    ):
        # The server has the first core.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        figures += asyncio.run(_measure(server.url, options.stores, options.interval))
    print("| | measured | limit | kept |\n| --- | ---: | ---: | --- |")
    print(*figures, sep="\n")
    return int(any(figure.value >= figure.limit for figure in figures))


def import_time() -> float:
    """The median of the seconds that the import and its first name take in fresh processes."""
    program = (
        "import time; begun = time.perf_counter(); from authwright.client import SessionStore;"
        "print(time.perf_counter() - begun)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}

    def once() -> float:
        return float(subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True).stdout)

    once()
    return statistics.median(once() for _ in range(_IMPORTS))


def source_size() -> int:
    """Bytes of the modules that a page with MicroPython loads."""
    return sum(file.stat().st_size for file in FILES)


async def _measure(url: str, count: int, interval: float) -> list[Figure]:
    async with httpx2.AsyncClient() as http, AsyncAuthClient(url, http_client=http) as client:
        assert (await client.sign_in("credentials", redirect=False, username="alice", password="x")).ok  # noqa: S106
        session = await client.get_session()
        assert session is not None
        reach = await _time_to_reach(client.api, session, count)
        await asyncio.gather(*(client.get_session() for _ in range(100)))  # as many connections as the pool has
        answers = _count_answers(http)
        before = _memory()
        async with AsyncExitStack() as stack:
            providers = []
            begun = time.perf_counter()
            for number in range(count):
                # One after the other over the interval, as people come.
                provider = SessionProvider(client, session=session, refetch_interval=interval)
                providers.append(await stack.enter_async_context(provider))
                await asyncio.sleep(max(0.0, begun + number * interval / count - time.perf_counter()))
            asked, cpu, begun = answers(), _cpu(), time.perf_counter()
            await asyncio.sleep(interval)
            polled, share = answers() - asked, (_cpu() - cpu) / (time.perf_counter() - begun)
            added = _memory() - before
            assert all(provider.use_session().data != session for provider in providers), "They did not all poll."
        alone = await _share_of_httpx2_alone(http, url, count, interval)
        print(f"{polled} requests in {interval:g} s. {count} of httpx2 alone would take {alone:.2%} of a core.")
    return [
        Figure(f"{count} stores, {interval:g} s interval: share of a core", share * 100, "%", 2),
        Figure(f"{count} stores: memory added", added, "MB", 50),
        Figure(f"an update reaches {count} subscribers", reach * 1000, "ms", 10),
    ]


async def _time_to_reach(api: Api, session: Any, count: int) -> float:
    """Seconds from the update's answer to the last of *count* subscribers; the median of 20 updates."""
    store = SessionStore(api, session=session)
    reached: list[float] = []
    for _ in range(count):
        store.subscribe(lambda context: reached.append(time.perf_counter()))
    times = []
    for _ in range(20):
        reached.clear()
        await store.update({"name": "Alice"})
        # The first half heard that it is loading, the second the new session.
        assert len(reached) == 2 * count
        times.append(reached[-1] - reached[count])
    return statistics.median(times)


async def _share_of_httpx2_alone(http: httpx2.AsyncClient, url: str, count: int, interval: float) -> float:
    cpu, begun = _cpu(), time.perf_counter()
    for number in range(count // 2):
        await http.get(f"{url}/api/auth/session")
        await asyncio.sleep(max(0.0, begun + (number + 1) * interval / count - time.perf_counter()))
    return (_cpu() - cpu) / (time.perf_counter() - begun)


def _count_answers(http: httpx2.AsyncClient) -> Callable[[], int]:
    count = 0

    async def seen(response: httpx2.Response) -> None:
        nonlocal count
        count += 1

    http.event_hooks = {"response": [seen]}
    return lambda: count


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _memory() -> float:
    """Resident memory in MB."""
    gc.collect()
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
