"""The clock of a store, which says for every host what has expired.

Rule 1: nothing is deleted before the store's own clock calls it expired. Otherwise a host whose clock is fast would end
        the sessions of every user.
Rule 2: the store's clock is asked only about what this host's clock calls expired, so most requests never ask it.
"""

from __future__ import annotations

from authwright.log import Log


async def store_time(store: object, now: float) -> float:
    """Return the time by *store*'s clock (``StoreClock``), or *now*, this host's, if the store has no clock.

    Both are seconds since the epoch.
    """
    read = getattr(store, "now", None)
    return float((await read()).timestamp()) if read else now


async def is_over(store: object, end: float, now: float, log: Log) -> bool:
    """Whether what *store* keeps until *end* has expired by this host's clock and by the store's."""
    if end >= now:
        return False
    theirs = await store_time(store, now)
    if end < theirs:
        return True
    log.warning(
        "CLOCK",
        f"This host's clock is {now - theirs:.1f} seconds ahead of the store's, so a session or link looks expired that"
        " other hosts accept. Nothing was deleted. Synchronise this host's clock (NTP).",
    )
    return False
