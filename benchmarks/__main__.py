"""Measure the targets and print the report: ``python -m benchmarks [--rounds 5] [--write docs/performance.md]``.

Each round measures every target once, so that other activity on the machine affects all targets alike. The report shows
medians over the rounds. Compare the ratios: the absolute figures depend on the machine.
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
    """Run the benchmark and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=5, help="number of rounds (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement (default: %(default)s)")
    parser.add_argument(
        "--only", default="", help="measure only the floor, the peer and targets whose name contains this"
    )
    parser.add_argument("--write", type=Path, help="replace the table between the markers of this page")
    options = parser.parse_args()
    missing = [program for program in ("wrk", "taskset", "node") if not shutil.which(program)]
    if missing:
        print(f"These programs are missing: {', '.join(missing)}.", file=sys.stderr)
        print("On Debian: apt-get install wrk util-linux nodejs", file=sys.stderr)
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
    """The result of one run of wrk, and the CPU time in seconds that the server used for each response."""

    load: Load
    cpu: float


def measure(targets: list[Target], rounds: int, seconds: int, folder: Path) -> list[Row]:
    """Measure the targets and return one row for each."""
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
    return Run(load, (server.cpu - before) / load.responses)


def _row(target: Target, runs: list[Run], server: Server) -> Row:
    return Row(
        name=target.name,
        rate=statistics.median(run.load.rate for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        p99=statistics.median(run.load.p99 for run in runs),
        memory=server.memory,
        first_response=server.first_response,
    )


if __name__ == "__main__":
    sys.exit(main())
