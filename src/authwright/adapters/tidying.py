"""When a store whose rows do not expire by themselves deletes some of those that have.

Of a hundred writes that add a row with an end, one is followed by a deletion of up to ``BATCH`` such rows: more than
have come since the last time, and milliseconds.
"""

from __future__ import annotations

from itertools import count
from secrets import randbelow

BATCH = 500
_EVERY = 100


class Tidying:
    """The share of one process."""

    def __init__(self) -> None:
        # Begun anywhere, so that processes that live for few writes tidy as well.
        self._writes = count(randbelow(_EVERY))

    def is_due(self) -> bool:
        """Whether this write is the one."""
        return next(self._writes) % _EVERY == 0
