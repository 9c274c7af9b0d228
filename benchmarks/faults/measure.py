"""Measure one fault: serve a site with visitors, break a server for some seconds, and record what the visitors get."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from benchmarks.faults.services import MailServer, Provider
from benchmarks.faults.targets import BLACK_HOLE, Fault, Target
from benchmarks.faults.visitors import (
    DROPPED,
    NO_RESPONSE,
    NO_SESSION,
    OTHER_SESSION,
    Visit,
    Visitors,
    by_credentials,
    by_mail,
    by_provider,
)
from benchmarks.site.process import Site, serving

_BEFORE = 2.0
# The service has recovered if nothing fails for _QUIET seconds.
_QUIET, _PATIENCE = 8.0, 60.0
# What the measurement itself may add, on a busy machine.
_TOLERANCE = 1.0
_RECOVERY = 5.0


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The result of one fault.

    Args:
        limit: The time limit for a response, in seconds.
        worst: The longest time of a request to the site's authentication, in seconds.
        ping: The longest time of a page that does not need the target.
        outcomes: The outcomes of the visits.
        recovery: Seconds from the end of the fault until the last failure of a request that was sent after it. None if
            the service did not recover.
        lost: The sessions, users and mails that the site had confirmed and that were missing afterwards.
        crash: How the site's process ended. Empty if it did not end.
    """

    target: str
    fault: Fault
    limit: float
    worst: float
    ping: float
    outcomes: Counter[str]
    recovery: float | None
    lost: list[str]
    crash: str

    @property
    def problems(self) -> list[str]:
        """Return which guarantees were broken."""
        bad = {NO_RESPONSE, DROPPED, NO_SESSION, OTHER_SESSION}
        found = [outcome for outcome in self.outcomes if outcome in bad or (outcome[0] == "5" and outcome != "503")]
        checks = {
            f"a response took {self.worst:.1f} s": self.worst > self.limit + _TOLERANCE,
            f"other pages took {self.ping:.1f} s": self.ping > _TOLERANCE,
            f"the site ended: {self.crash}": bool(self.crash),
            "no recovery": self.recovery is None,
            f"recovery took {self.recovery or 0:.1f} s": (self.recovery or 0) > _RECOVERY + _TOLERANCE,
            f"lost: {', '.join(self.lost)}": bool(self.lost),
        }
        return found + [text for text, is_broken in checks.items() if is_broken]


async def measure(target: Target, fault: Fault, loop: str, seconds: float) -> Cell:
    """Break *target* for *seconds*. Raises DoesNotApplyError if the target cannot have that fault."""
    broken = target.broken(fault)
    async with running(target, loop) as site:
        target.site = site
        visitors = visitors_of(target, site.port)
        await visitors.arrive()
        coming = asyncio.create_task(visitors.come())
        await asyncio.sleep(_BEFORE)
        begun = time.monotonic()
        async with broken:
            await asyncio.sleep(seconds)
        # After a failover the service is there at once.
        lifted = begun if fault == BLACK_HOLE else time.monotonic()
        recovered = await settle(visitors.visits, lifted)
        coming.cancel()
        await visitors.leave(target.limit)
        visits = [visit for visit in visitors.visits if visit.ended > begun]
        lost = await find_lost(target, visitors) if recovered else ["unknown"]
        crash = site.end
    ours = [visit for visit in visits if visit.kind != "ping"]
    return Cell(
        target=target.name,
        fault=fault,
        limit=target.limit,
        worst=max(visit.seconds for visit in ours),
        ping=max(visit.seconds for visit in visits if visit.kind == "ping"),
        outcomes=Counter(visit.outcome for visit in visits),
        recovery=_recovery(visits, lifted) if recovered else None,
        lost=lost,
        crash=crash,
    )


async def settle(visits: list[Visit], lifted: float) -> bool:
    """Wait until nothing has failed for a while. Return False if that does not happen within a minute."""
    while time.monotonic() < lifted + _PATIENCE:
        await asyncio.sleep(0.5)
        now = time.monotonic()
        due = [visit for visit in visits if visit.began > now - _QUIET and visit.began < now - 1]
        if now - lifted > _QUIET + 1 and all(visit.is_good for visit in due):
            return True
    return False


def _recovery(visits: list[Visit], lifted: float) -> float:
    late = [visit.ended - lifted for visit in visits if visit.began >= lifted and not visit.is_good]
    return max(late, default=0.0)


@asynccontextmanager
async def running(target: Target, loop: str) -> AsyncIterator[Site]:
    """Serve the site until the block ends. It connects through our proxy, so we must not wait for it on the loop."""
    block = serving(target.place, loop)
    site = await asyncio.to_thread(block.__enter__)
    try:
        yield site
    finally:
        await asyncio.to_thread(block.__exit__, None, None, None)


def visitors_of(target: Target, port: int) -> Visitors:
    """Return visitors of the site at *port* who need *target*."""
    if isinstance(target, Provider):
        sign_in = by_provider(lambda url, name: target.idp.sign_in(url, target.user(name)))
        return Visitors(port, sign_in, sign_in)
    return Visitors(port, by_credentials, by_mail if isinstance(target, MailServer) else by_credentials)


async def find_lost(target: Target, visitors: Visitors) -> list[str]:
    """Return what the site has confirmed and what is missing now."""
    with suppress(OSError):
        lost = await visitors.lost()
        missing = visitors.mails - target.recipients if isinstance(target, MailServer) else set()
        return lost + ([f"{len(missing)} mails"] if missing else [])
    return ["unknown"]
