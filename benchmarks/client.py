"""Measure what the client costs: ``python -m benchmarks.client [--stores 1000] [--interval 60]``.

Import time and source size need no server. For the other figures, many stores share one client, and so one session and
its requests. They poll a local server, which runs in a separate process. Only the CPU time and the memory of this
process are counted, on one core, over one whole interval, in which each store receives a new session. For comparison,
plain httpx2 sends as many requests as separate clients would send, one for each store.
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
    """One row of the report: a measured value, its unit, and the limit that it must stay below."""

    name: str
    value: float
    unit: str
    limit: float

    def __str__(self) -> str:
        verdict = "yes" if self.value < self.limit else "NO"
        return f"| {self.name} | {self.value:.2f} {self.unit} | {self.limit:g} {self.unit} | {verdict} |"


def main() -> int:
    """Measure, print the table, and return 1 if a value exceeds its limit, else 0."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.client")
    parser.add_argument("--stores", type=int, default=1000, help="number of stores (default: %(default)s)")
    parser.add_argument(
        "--interval",
        type=int,
        default=60,
        help="seconds between two polls, and length of the measurement (default: %(default)s)",
    )
    options = parser.parse_args()
    figures = [
        Figure("import authwright.client, median of fresh processes", import_time() * 1000, "ms", 40),
        Figure("source that MicroPython loads", source_size() / 1000, "KB", 60),
    ]
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("jwt", "/api/auth/providers", Path(folder) / "auth.db") as server,
    ):
        # The server runs on the first core.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        figures += asyncio.run(_measure(server.url, options.stores, options.interval))
    print("| | measured | limit | kept |\n| --- | ---: | ---: | --- |")
    print(*figures, sep="\n")
    return int(any(figure.value >= figure.limit for figure in figures))


def import_time() -> float:
    """Return the median time in seconds that a new process needs to import ``SessionStore``."""
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
    """Return the size in bytes of the modules that a MicroPython page loads."""
    return sum(file.stat().st_size for file in FILES)


async def _measure(url: str, count: int, interval: float) -> list[Figure]:
    async with httpx2.AsyncClient() as http, AsyncAuthClient(url, http_client=http) as client:
        assert (await client.sign_in("credentials", redirect=False, username="alice", password="x")).ok  # noqa: S106
        session = await client.get_session()
        assert session is not None
        reach = await _time_to_reach(client.api, session, count)
        await asyncio.gather(*(client.get_session() for _ in range(100)))  # opens all connections of the pool
        responses = _count_responses(http)
        before = _memory()
        async with AsyncExitStack() as stack:
            providers = []
            begun = time.perf_counter()
            for number in range(count):
                # Start the providers one after another over the interval, as users would arrive.
                provider = SessionProvider(client, session=session, refetch_interval=interval)
                providers.append(await stack.enter_async_context(provider))
                await asyncio.sleep(max(0.0, begun + number * interval / count - time.perf_counter()))
            requests, cpu, begun = responses(), _cpu(), time.perf_counter()
            await asyncio.sleep(interval)
            polled, share = responses() - requests, (_cpu() - cpu) / (time.perf_counter() - begun)
            added = _memory() - before
            assert all(provider.use_session().data != session for provider in providers), "Some providers did not poll."
        alone = await _share_of_plain_httpx2(http, url, count, interval)
        print(
            f"{polled} requests in {interval:g} s. {count} requests with plain httpx2 would use {alone:.2%} of a core."
        )
    return [
        Figure(f"{count} stores, {interval:g} s interval: share of one core", share * 100, "%", 2),
        Figure(f"{count} stores: additional memory", added, "MB", 50),
        Figure(f"an update reaches {count} subscribers", reach * 1000, "ms", 10),
    ]


async def _time_to_reach(api: Api, session: Any, count: int) -> float:
    """Return the median time in seconds, over 20 updates, from the first to the last of *count* subscribers."""
    store = SessionStore(api, session=session)
    reached: list[float] = []
    for _ in range(count):
        store.subscribe(lambda context: reached.append(time.perf_counter()))
    times = []
    for _ in range(20):
        reached.clear()
        await store.update({"name": "Alice"})
        # Each subscriber is called twice: first with the status "loading", then with the new session.
        assert len(reached) == 2 * count
        times.append(reached[-1] - reached[count])
    return statistics.median(times)


async def _share_of_plain_httpx2(http: httpx2.AsyncClient, url: str, count: int, interval: float) -> float:
    cpu, begun = _cpu(), time.perf_counter()
    for number in range(count // 2):
        await http.get(f"{url}/api/auth/session")
        await asyncio.sleep(max(0.0, begun + (number + 1) * interval / count - time.perf_counter()))
    return (_cpu() - cpu) / (time.perf_counter() - begun)


def _count_responses(http: httpx2.AsyncClient) -> Callable[[], int]:
    count = 0

    async def count_response(response: httpx2.Response) -> None:
        nonlocal count
        count += 1

    http.event_hooks = {"response": [count_response]}
    return lambda: count


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _memory() -> float:
    """Return the resident memory of this process in MB."""
    gc.collect()
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
