"""Measures and writes the report: `python -m benchmarks [--rounds 5] [--seconds 4] [--write docs/performance.md]`.

The runs are interleaved: each round asks every target once, so that whatever else the machine does falls on all alike.
What counts are the ratios; medians over the rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.load import Load, press
from benchmarks.report import Row, table, update
from benchmarks.servers import Server, serving
from benchmarks.targets import TARGETS, Target, Visitor, sign_in_to


def main() -> int:
    """Run the benchmark; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--only", default="", help="targets whose name contains this, beside floor and peer")
    parser.add_argument("--write", type=Path, help="put the table into this page, between its markers")
    options = parser.parse_args()
    missing = [program for program in ("wrk", "taskset", "node") if not shutil.which(program)]
    if missing:
        print(f"Missing: {', '.join(missing)}. On Debian: apt-get install wrk util-linux nodejs", file=sys.stderr)
        return 1
    chosen = [target for target in TARGETS if target.basis or options.only in target.name]
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(chosen, options.rounds, options.seconds, Path(folder))
    text = table(rows, rounds=options.rounds, seconds=options.seconds)
    print(text)
    if options.write:
        update(options.write, text)
    return 0


class Run(NamedTuple):
    """One run of wrk, and the seconds of CPU time that each answer took the server."""

    load: Load
    cpu: float


def measure(targets: list[Target], rounds: int, seconds: int, folder: Path) -> list[Row]:
    """One row for each target."""
    visitor = asyncio.run(sign_in_to(folder / "auth.db"))
    runs: dict[str, list[Run]] = {target.name: [] for target in targets}
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for target in targets:
            if target.server not in servers:
                serve = serving(target.server, "/api/auth/providers", folder / "auth.db")
                servers[target.server] = stack.enter_context(serve)
        for _ in range(rounds):
            for target in targets:
                runs[target.name].append(_press(target, servers[target.server], visitor, seconds, folder))
        return [_row(target, runs[target.name], servers[target.server]) for target in targets]


def _press(target: Target, server: Server, visitor: Visitor, seconds: int, folder: Path) -> Run:
    headers = {"Cookie": visitor.cookies[target.strategy]}
    form = visitor.form if target.posts else None
    before = server.cpu
    load = press(server.url + target.path, headers, seconds, form, folder)
    return Run(load, (server.cpu - before) / load.answers)


def _row(target: Target, runs: list[Run], server: Server) -> Row:
    return Row(
        name=target.name,
        rate=statistics.median(run.load.rate for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        p99=statistics.median(run.load.p99 for run in runs),
        memory=server.memory,
        first_answer=server.first_answer,
    )


if __name__ == "__main__":
    sys.exit(main())
