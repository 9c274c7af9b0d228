"""Request sessions many thousands of times and check each response: ``python -m benchmarks.isolation --requests 2000``.

Each run has a site of its own under uvicorn, on a private store, and 200 users at once. It prints a table and exits
with status 1 if anything was wrong: a session of another user, a signed-in user without a session, a status other
than 200, a request without a response within 10 s, a server that ended.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.isolation.crowd import Crowd, Tally
from benchmarks.private import missing, private_server
from benchmarks.report import machine, update
from benchmarks.site.__main__ import SETUPS
from benchmarks.site.auth import STORES, Place
from benchmarks.site.process import serving

BEGIN, END = "<!-- isolation -->", "<!-- /isolation -->"
LOOPS = ("asyncio", "uvloop")
# So short that a share of the requests writes.
_UPDATE_AGE = 5


@dataclass(frozen=True, kw_only=True)
class Run:
    """One line of the table."""

    store: str
    loop: str
    setup: str
    tally: Tally
    seconds: float


def main() -> int:
    """Run the benchmark; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.isolation")
    parser.add_argument("--requests", type=int, default=2000, help="for each line of the table (default: %(default)s)")
    parser.add_argument("--users", type=int, default=200, help="at once (default: %(default)s)")
    parser.add_argument("--store", default=",".join(STORES), help="which stores (default: %(default)s)")
    parser.add_argument("--loop", default=",".join(LOOPS), help="which event loops (default: %(default)s)")
    parser.add_argument("--setup", default=",".join(SETUPS), help="which set-ups (default: %(default)s)")
    parser.add_argument("--write", type=Path, help="put the table into this page, between its markers")
    options = parser.parse_args()
    stores, loops, setups = (value.split(",") for value in (options.store, options.loop, options.setup))
    lacking = missing([server_of(store) for store in stores])
    if lacking:
        print(f"Missing: apt-get install {' '.join(lacking)}", file=sys.stderr)
        return 1
    # As Ctrl-C does, so that the servers are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(HEAD, flush=True)
    runs = [run for store in stores for run in measure_all(store, loops, setups, options.users, options.requests)]
    summary = summarize(runs, options.users)
    print(f"\n{summary}")
    if options.write:
        update(options.write, "\n".join([HEAD, *map(line, runs), "", summary]), BEGIN, END)
    return int(not all(run.tally.is_clean for run in runs))


def measure_all(store: str, loops: Sequence[str], setups: Sequence[str], users: int, requests: int) -> Iterator[Run]:
    """Measure *store* on each loop in each set-up, and print each line when it is known."""
    with place(store) as where:
        for loop in loops:
            for setup in setups:
                run = measure(where, loop, setup, users, requests)
                print(line(run), flush=True)
                yield run


def summarize(runs: Sequence[Run], users: int) -> str:
    """Return how much was measured, and on what."""
    total, seconds = sum(run.tally.requests for run in runs), sum(run.seconds for run in runs)
    packages = ("uvicorn", "uvloop", "fastapi", "django", "sqlalchemy", "asyncpg", "aiomysql", "redis", "aiosqlite")
    return f"{machine(packages)}. {total:,} requests in {seconds:,.0f} s, {users} users at once."


def server_of(store: str) -> str:
    """Return the kind of server that *store* needs; ``sqlite`` needs none."""
    return "postgresql" if store == "django" else store


@contextmanager
def place(store: str) -> Iterator[Place]:
    """Run a server for *store* until the block ends."""
    if store == "sqlite":
        with TemporaryDirectory(prefix="authwright-") as folder:
            yield Place(store=store, url=f"sqlite+aiosqlite:///{folder}/auth.db", update_age=_UPDATE_AGE)
        return
    with private_server(server_of(store)) as server:
        yield Place(store=store, url=server.url.render_as_string(hide_password=False), update_age=_UPDATE_AGE)


def measure(where: Place, loop: str, setup: str, users: int, requests: int) -> Run:
    """Serve the site and let the users visit it."""
    begun = time.monotonic()
    try:
        with serving(where, loop, setup) as site:
            crowd = Crowd(site.port, users, requests, lambda: site.is_up)
            tally = asyncio.run(crowd.run())
            tally.crash = site.end
            if not tally.is_clean:
                print(site.last_words, file=sys.stderr, flush=True)
    except RuntimeError as error:
        print(error, file=sys.stderr, flush=True)
        tally = Tally(crash="does not start")
    return Run(store=where.store, loop=loop, setup=setup, tally=tally, seconds=time.monotonic() - begun)


HEAD = (
    "| store | loop | set-up | requests | wrong session | no session | session after sign-out | other statuses "
    "| no response | dropped | crash | seconds |\n"
    "| --- | --- | --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | --- | ---: |"
)


def line(run: Run) -> str:
    """Return *run* as a line of the table."""
    tally = run.tally
    statuses = ", ".join(f"{count:,} of {status}" for status, count in sorted(tally.unexpected.items()))
    counts = (tally.requests, tally.wrong, tally.lost, tally.ended)
    cells = [run.store, run.loop, run.setup, *(f"{count:,}" for count in counts), statuses or "none"]
    cells += [f"{tally.hung:,}", f"{tally.dropped:,}", tally.crash or "none", f"{run.seconds:.0f}"]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
