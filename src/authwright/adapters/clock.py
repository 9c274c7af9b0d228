"""The clock of a store, which decides for all hosts what has expired.

Rule 1: nothing is deleted unless it has expired by the store's clock. Otherwise a host whose clock is fast would end
        the sessions of all users.
Rule 2: the store's clock is read only if something has expired by this host's clock, so most requests do not read it.
"""

from __future__ import annotations

from authwright.server.runtime.log import Log


async def store_time(store: object, now: float) -> float:
    """Return the current time of *store*'s clock (``StoreClock``), or *now* if the store has no clock.

    Args:
        store: An adapter.
        now: The current time of this host, in seconds since the epoch.

    Returns:
        Seconds since the epoch.
    """
    read = getattr(store, "now", None)
    return float((await read()).timestamp()) if read else now


async def is_over(store: object, end: float, now: float, log: Log) -> bool:
    """Return whether *end* has passed by this host's clock and by the store's clock.

    If only this host's clock says so, a warning is logged.

    Args:
        store: An adapter.
        end: The expiry, in seconds since the epoch.
        now: The current time of this host, in seconds since the epoch.
        log: The log.
    """
    if end >= now:
        return False
    theirs = await store_time(store, now)
    if end < theirs:
        return True
    log.warning(
        "CLOCK",
        f"This host's clock is {now - theirs:.1f} seconds ahead of the store's clock, so this host rejects a session or"
        " a link that other hosts still accept. Nothing was deleted. Synchronise this host's clock (NTP).",
    )
    return False
