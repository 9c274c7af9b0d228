"""Regular clean-up for stores that do not delete expired rows by themselves.

One in a hundred writes of a row that expires is followed by a clean-up, which deletes up to ``BATCH`` expired rows of
each kind. That is more than were added since the last clean-up, and takes milliseconds.
"""

from __future__ import annotations

from itertools import count
from secrets import randbelow

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
