"""Format the report as a Markdown table, describe the machine, and write both between two markers of a page."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
_PACKAGES = ("uvicorn", "httptools", "uvloop", "cryptography", "starlette", "fastapi", "granian", "sqlalchemy", "redis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The medians of one target.

    Args:
        name: The name of the target.
        rate: Requests per second.
        cpu: CPU time of the server for each request, in seconds.
        p99: 99th percentile of the latency, in milliseconds.
        memory: Memory of the server, in MB.
        first_response: Time from the start of the server to its first response, in seconds.
    """

    name: str
    rate: float
    cpu: float
    p99: float
    memory: float
    first_response: float


def table(rows: Sequence[Row], *, rounds: int, seconds: int) -> str:
    """Return the report as Markdown. The first two rows must be the floor and the peer."""
    floor, peer = rows[0], rows[1]
    lines = [
        "| | requests/s | share of floor | times peer | CPU per request | p99 | memory | first response |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    peers = {row.name.removeprefix("peer: "): row for row in rows if row.name.startswith("peer: ")}
    for row in rows:
        against = peers.get(row.name, peer)
        lines.append(
            f"| {row.name} | {row.rate:,.0f} | {row.rate / floor.rate:.0%} | {row.rate / against.rate:.2f} "
            f"| {row.cpu * 1e6:.0f} µs | {row.p99:.1f} ms | {row.memory:.0f} MB | {row.first_response * 1000:.0f} ms |"
        )
    return "\n".join([*lines, "", circumstances(rounds, seconds)])


def update(page: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Replace what is between the markers of *page* with *text*."""
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}")


def circumstances(rounds: int, seconds: int, over: str = "32 connections") -> str:
    """Return a sentence that says when, where and how the figures were measured."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    return (
        f"{machine(_PACKAGES)}, Node {node}, next-auth 4.24.15. Medians of {rounds} interleaved "
        f"rounds of {seconds} s over {over}; one worker on one core, wrk on another. Load average at the "
        f"end: {load}."
    )


def machine(packages: Sequence[str]) -> str:
    """Return the date, the machine and the versions of *packages*, as the beginning of a sentence."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}, {versions}"
    )
