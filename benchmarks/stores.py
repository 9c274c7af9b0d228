"""Measure ``GET /session`` with database sessions, on each store: ``python -m benchmarks.stores [--write PAGE]``.

Each store is compared with a floor in the same rounds, on the same web server: a bare ASGI function that sends the same
query with the bare driver. Compare the ratios; they should not depend on the number of stored sessions.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from urllib.parse import quote

from authwright.server.protocol import csrf
from benchmarks.apps import SECRET
from benchmarks.filling import TOKEN, filled, reachable
from benchmarks.load import Load, press
from benchmarks.report import circumstances, update
from benchmarks.servers import Server, serving
from benchmarks.store_apps import ADAPTERS, COOKIE

BEGIN, END = "<!-- stores -->", "<!-- /stores -->"
_PATH = "/api/auth/session"
# A returning browser also sends these two cookies. Without them, each response would set them again.
_CSRF = csrf.mint(SECRET, token_bytes)[1]
_COOKIES = {"next-auth.csrf-token": _CSRF, "next-auth.callback-url": "http://localhost:3000"}
_OTHERS = "".join(f"{name}={quote(value, safe='')}; " for name, value in _COOKIES.items())
_HEADERS = {"Cookie": _OTHERS + COOKIE.decode() + TOKEN}
_SAMPLE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The medians of one store, for the floor and for authwright."""

    store: str
    rows: int
    connections: int
    floor: Load
    ours: Load


def main() -> int:
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores")
    parser.add_argument("--stores", default=",".join(ADAPTERS), help="the stores to measure (default: %(default)s)")
    parser.add_argument("--rows", default="10,1000000", help="numbers of stored sessions (default: %(default)s)")
    parser.add_argument("--connections", default="1,100", help="numbers of connections (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="number of rounds (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=3, help="length of one measurement (default: %(default)s)")
    parser.add_argument(
        "--soak", type=int, default=0, help="instead, send load for this many seconds and show the memory"
    )
    parser.add_argument("--write", type=Path, help="replace the table between the markers of this page")
    options = parser.parse_args()
    unreachable = [store for store in options.stores.split(",") if not reachable(store)]
    if unreachable:
        names = ", ".join(unreachable)
        print(f"No server is running on the default port for: {names}.", file=sys.stderr)
        print("Start the server, or leave the store out of --stores.", file=sys.stderr)
        return 1
    counts = [int(count) for count in options.rows.split(",")]
    connections = [int(count) for count in options.connections.split(",")]
    if options.soak:
        for store in options.stores.split(","):
            print(store, asyncio.run(soak(store, counts[0], connections[-1], options.soak)), flush=True)
        return 0
    measured = [
        row
        for store in options.stores.split(",")
        for count in counts
        for row in asyncio.run(measure(store, count, connections, options.rounds, options.seconds))
    ]
    text = table(measured) + "\n\n" + circumstances(options.rounds, options.seconds, "1 and 100 connections")
    print(text)
    if options.write:
        update(options.write, text, BEGIN, END)
    return 0


async def measure(store: str, rows: int, connections: list[int], rounds: int, seconds: int) -> list[Row]:
    """Measure *store* and return one row for each number of connections."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        async with filled(store, rows, Path(folder)) as urls:
            servers = {
                name: stack.enter_context(serving(f"store_apps:{name}", "/api/auth/providers", urls))
                for name in (f"{store}_floor", store)
            }
            measured = [_row(store, rows, one, servers, rounds, seconds) for one in connections]
            stack.close()
    return measured


def _row(store: str, rows: int, connections: int, servers: dict[str, Server], rounds: int, seconds: int) -> Row:
    runs: dict[str, list[Load]] = {name: [] for name in servers}
    for _ in range(rounds):
        for name, server in servers.items():
            runs[name].append(press(server.url + _PATH, _HEADERS, seconds, connections=connections))
    floor, ours = (_median(loads) for loads in runs.values())
    return Row(store=store, rows=rows, connections=connections, floor=floor, ours=ours)


def _median(loads: list[Load]) -> Load:
    rate, p99 = (statistics.median(values) for values in zip(*((load.rate, load.p99) for load in loads), strict=True))
    return Load(sum(load.responses for load in loads), rate, p99)


async def soak(store: str, rows: int, connections: int, seconds: int) -> str:
    """Return the memory of the server in MB, measured every 30 seconds under load."""
    with tempfile.TemporaryDirectory() as folder:
        async with filled(store, rows, Path(folder)) as urls:
            with serving(f"store_apps:{store}", "/api/auth/providers", urls) as server:
                return _watch(server, connections, seconds)


def _watch(server: Server, connections: int, seconds: int) -> str:
    samples, begun = [server.memory], time.monotonic()
    while time.monotonic() - begun < seconds:
        press(server.url + _PATH, _HEADERS, min(_SAMPLE, seconds), connections=connections)
        samples.append(server.memory)
    return " ".join(f"{sample:.1f}" for sample in samples) + " MB"


def table(measured: list[Row]) -> str:
    """Return the report as Markdown."""
    lines = [
        "| store | stored sessions | connections | bare driver | authwright | share of bare driver | p99 |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.store} | {row.rows:,} | {row.connections} | {row.floor.rate:,.0f}/s | {row.ours.rate:,.0f}/s "
        f"| {row.ours.rate / row.floor.rate:.0%} | {row.ours.p99:.1f} ms |"
        for row in measured
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
