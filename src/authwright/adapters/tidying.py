"""Clean-up for stores that do not delete expired rows by themselves.

After every hundredth write of a row that can expire, a clean-up deletes up to ``BATCH`` expired rows of each kind. That
is more than were added since the last clean-up, and takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count
from secrets import randbelow

from authwright.adapters.records import as_utc

BATCH = 500
_EVERY = 100


class Tidying:
    """The clean-up schedule of one process."""

    def __init__(self) -> None:
        # Start at a random number, so that processes that end after a few writes clean up, too.
        self._writes = count(randbelow(_EVERY))

    def is_due(self) -> bool:
        """Count a write, and return whether a clean-up is due after it."""
        return next(self._writes) % _EVERY == 0


async def delete_in_batches(
    delete_some: Callable[[datetime], Awaitable[int]], store_now: datetime, limit: datetime | None
) -> int:
    """Delete all rows that have expired by the store's clock, and return their number.

    Args:
        delete_some: Deletes up to ``BATCH`` rows of each kind that expired before the given time, and returns how many.
        store_now: The current time of the store's clock.
        limit: An additional limit: delete only the rows that expired before this time.
    """
    end = min(as_utc(limit), store_now) if limit else store_now
    total = 0
    while deleted := await delete_some(end):
        total += deleted
    return total
