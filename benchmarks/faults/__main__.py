"""Break each server that the site needs, in each way: ``python -m benchmarks.faults --target redis --seconds 5``.

It starts private servers, takes about half a minute for each line, prints the tables of ``docs/reliability.md``, and
exits with status 1 if a guarantee was broken. Ctrl-C ends all servers.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from benchmarks.faults.measure import Cell, measure
from benchmarks.faults.services import mail_server, provider
from benchmarks.faults.stores import store
from benchmarks.faults.targets import FAULTS, DoesNotApplyError, Fault, Target
from benchmarks.private import missing
from benchmarks.report import machine, update
from benchmarks.site.auth import STORES

BEGIN, END = "<!-- faults -->", "<!-- /faults -->"
PACKAGES = ("uvicorn", "fastapi", "django", "sqlalchemy", "asyncpg", "aiomysql", "redis", "aiosqlite", "psycopg")
TARGETS: dict[str, Callable[[], AbstractAsyncContextManager[Target]]] = {
    **{name: partial(store, name) for name in STORES},
    "mail": mail_server,
    "provider": provider,
}
_HEAD = (
    "| fault | slowest response | other pages | responses | recovery | lost | kept |\n"
    "| --- | ---: | ---: | --- | ---: | --- | --- |"
)


def main() -> int:
    """Run the measurement; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults")
    parser.add_argument("--target", default=",".join(TARGETS), help="what to break (default: %(default)s)")
    parser.add_argument("--fault", default=",".join(FAULTS), help="how (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=15, help="how long each fault lasts (default: %(default)s)")
    parser.add_argument("--loop", choices=("asyncio", "uvloop"), default="asyncio")
    parser.add_argument("--write", type=Path, help="put the tables into this page, between its markers")
    options = parser.parse_args()
    lacking = missing(["postgresql", "mariadb", "redis"])
    if lacking:
        print(f"Missing: apt-get install {' '.join(lacking)}", file=sys.stderr)
        return 1
    # As Ctrl-C does, so that the servers are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    faults = [fault for fault in FAULTS if fault in options.fault.split(",")]
    text, is_kept = "", True
    for name in options.target.split(","):
        table, kept = asyncio.run(break_one(name, faults, options.loop, options.seconds))
        text, is_kept = f"{text}\n\n{table}".strip(), is_kept and kept
    text += f"\n\n{machine(PACKAGES)}. Each fault lasted {options.seconds:g} s."
    if options.write:
        update(options.write, text, BEGIN, END)
    return int(not is_kept)


async def break_one(name: str, faults: list[Fault], loop: str, seconds: float) -> tuple[str, bool]:
    """Return the table of one target, and whether it kept every guarantee. Prints each line when it is known."""
    lines, is_kept = [], True

    def say(text: str) -> None:
        lines.append(text)
        print(text, flush=True)

    for fault in faults:
        # A server for each fault, so that one leaves nothing behind for the next.
        async with TARGETS[name]() as target:
            if not lines:
                say(f"### {target.name}\n\n{_HEAD}")
            try:
                cell = await measure(target, fault, loop, seconds)
            except DoesNotApplyError as reason:
                say(f"| {fault} | does not apply: {reason} | | | | | |")
                continue
        is_kept = is_kept and not cell.problems
        say(line(cell))
    print()
    return "\n".join(lines), is_kept


def line(cell: Cell) -> str:
    """Return *cell* as a line of a table."""
    outcomes = ", ".join(f"{count} of {outcome}" for outcome, count in sorted(cell.outcomes.items()))
    recovery = "none within 60 s" if cell.recovery is None else f"{cell.recovery:.1f} s"
    lost, kept = ", ".join(cell.lost) or "nothing", "; ".join(cell.problems) or "yes"
    cells = [cell.fault, f"{cell.worst:.1f} s", f"{cell.ping:.1f} s", outcomes, recovery, lost, kept]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
