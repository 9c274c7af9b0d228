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


def measure(targets: list[Target], rounds: int, seconds: int, folder: Path) -> list[Row]:
    """One row for each target."""
    visitor = asyncio.run(sign_in_to(folder / "auth.db"))
    loads: dict[str, list[Load]] = {target.name: [] for target in targets}
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for target in targets:
            if target.server not in servers:
                serve = serving(target.server, "/api/auth/providers", folder / "auth.db")
                servers[target.server] = stack.enter_context(serve)
        for _ in range(rounds):
            for target in targets:
                loads[target.name].append(_press(target, servers[target.server], visitor, seconds, folder))
        return [_row(target, loads[target.name], servers[target.server]) for target in targets]


def _press(target: Target, server: Server, visitor: Visitor, seconds: int, folder: Path) -> Load:
    headers = {"Cookie": visitor.cookies[target.strategy]}
    form = visitor.form if target.posts else None
    return press(server.url + target.path, headers, seconds, form, folder)


def _row(target: Target, loads: list[Load], server: Server) -> Row:
    return Row(
        name=target.name,
        rate=statistics.median(load.rate for load in loads),
        p99=statistics.median(load.p99 for load in loads),
        memory=server.memory,
        first_answer=server.first_answer,
    )


if __name__ == "__main__":
    sys.exit(main())
