"""When an access token expires, according to its token response (RFC 6749 section 5.1).

Rule 1: ``expires_in``, the lifetime in seconds, takes precedence. Providers that do not send it send ``expires_at``, a
        point in time, or ``expires``, which is a point in time or a lifetime.
Rule 2: a point in time is in seconds or milliseconds since the epoch, or is an ISO 8601 date. Numbers may be text.
Rule 3: a value that is not plausible is ignored: a lifetime that is negative or longer than ten years, or a point in
        time that is more than ten years ahead or a day in the past.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_DAY = 86400
_LONGEST = 10 * 365 * _DAY
# In seconds this is the year 5138, in milliseconds 1973.
_FIRST_MILLISECOND = 10**11


def expiry_of(tokens: Mapping[str, Any], now: float) -> int | None:
    """Return when the token of the response *tokens* expires, in seconds since the epoch, or None if it is unknown.

    Args:
        tokens: The token response.
        now: Seconds since the epoch.
    """
    lifetime = _lifetime(tokens.get("expires_in"))
    if lifetime is None:
        moment = _moment(tokens.get("expires_at"), now)
        if moment is not None:
            return int(moment)
        lifetime = _lifetime(tokens.get("expires"))
    moment = _moment(tokens.get("expires"), now) if lifetime is None else now + lifetime
    return None if moment is None else int(moment)


def _lifetime(value: object) -> float | None:
    seconds = _number(value)
    return seconds if seconds is not None and 0 <= seconds <= _LONGEST else None


def _moment(value: object, now: float) -> float | None:
    moment = _date(value) if _number(value) is None else _number(value)
    if moment is None:
        return None
    seconds = moment / 1000 if moment >= _FIRST_MILLISECOND else moment
    # A time in the recent past counts as now. If it were ignored, the token would count as valid for ever.
    return max(seconds, now) if -_DAY <= seconds - now <= _LONGEST else None


def _date(value: object) -> float | None:
    try:
        date = datetime.fromisoformat(value) if isinstance(value, str) else None
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() if date else None
    except (ValueError, OverflowError):
        return None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None
