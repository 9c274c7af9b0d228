"""Values of an app's own types, such as a UUID or a URL object, as texts and as JSON.

Rule 1: a text is a string, an integer, or an object that its own class writes as text. A bool, bytes, a list or a dict
        is none: its text would be the same for many users, or would mean nothing.
Rule 2: in JSON, a date is its ISO 8601 text, an enum its value, and a set a list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from typing import Any


def as_text(value: object) -> str | None:
    """Return *value* as text, or None if Rule 1 does not allow it."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(int(value))
    is_other = isinstance(value, (bool, bytes, bytearray, Enum, date, time)) or hasattr(value, "__iter__")
    # A class without a __str__ would be written as its repr, which may be an address in memory.
    return None if is_other or type(value).__str__ is object.__str__ else str(value)


def as_json(value: object) -> Any:
    """Return *value* as strings, numbers, bools, None, lists and dicts (Rule 2).

    Raises:
        TypeError: It contains an object that is neither a text nor JSON.
        ValueError: It contains NaN, an infinite number, or itself.
        RecursionError: It is nested too deeply.
    """
    return json.loads(json.dumps(value, default=_as_json, allow_nan=False))


def _as_json(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    text = as_text(value)
    if text is None:
        raise TypeError
    return text
