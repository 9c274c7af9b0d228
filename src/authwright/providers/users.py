"""The user that an app's ``authorize`` or ``profile`` function returns, converted to the types of ``User``.

Rule 1: a text field may contain an object of another type, such as a UUID or a URL; see ``plain_values``.
Rule 2: the stores cannot hold a text with a NUL or half of a surrogate pair, nor an id or an address that is longer
        than its column. Such an id or address is refused. Such a name or image is left out.
Rule 3: ``email_verified`` may be a bool: True means now. A datetime without a time zone is in UTC.
Rule 4: the error names the function and the field, but not the value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from authwright.errors import SignInError
from authwright.server.plain_values import as_text
from authwright.types import User

_LIMITS = {"id": 255, "email": 320}
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def read_user(result: object, source: str, refusal: type[SignInError]) -> User:
    """Return the user in *result*.

    Args:
        result: What the app's function returned: a ``User``, or a mapping with its fields. Other keys go to ``extra``.
        source: The beginning of the error's text, such as "authorize returned".
        refusal: The class of the error.

    Raises:
        SignInError: An instance of *refusal*: *result* is not a user, or a field has an invalid value.
    """
    if isinstance(result, User):
        values: Mapping[str, Any] = {name: getattr(result, name) for name in User.__slots__}
    elif isinstance(result, Mapping):
        values = result
    else:
        raise refusal(f"{source} a {type(result).__name__}. Return a User, a dict with an id, or None.")

    def refuse(field: str, problem: str) -> SignInError:
        return refusal(f"{source} a user whose {field} {problem}.")

    def text(field: str) -> str | None:
        value = values.get(field)
        if value is None:
            return None
        written = as_text(value)
        if written is None:
            raise refuse(field, f"is a {type(value).__name__}. Convert it to a string")
        if is_storable(written, field):
            return written
        if field in _LIMITS:
            raise refuse(field, "is too long, or contains a character that cannot be stored")
        return None

    user_id, extra = text("id"), values.get("extra")
    if not user_id:
        raise refuse("id", "is missing or empty. Add the user's id")
    if extra is not None and not isinstance(extra, Mapping):
        raise refuse("extra", f"is a {type(extra).__name__}. Use a dict")
    try:
        verified = _instant(values.get("email_verified"))
    except (TypeError, ValueError, OverflowError):
        raise refuse("email_verified", "is not a date. Use an aware datetime, a bool or None") from None
    # An app's subclass of User keeps its type and its own fields.
    return replace(
        result if isinstance(result, User) else User(id=user_id),
        id=user_id,
        name=text("name"),
        email=text("email"),
        image=text("image"),
        email_verified=verified,
        extra={**{str(key): value for key, value in values.items() if key not in User.__slots__}, **(extra or {})},
    )


def is_storable(text: str, field: str) -> bool:
    """Return whether a store can hold *text* in *field* (Rule 2)."""
    return len(text) <= _LIMITS.get(field, len(text)) and not _UNSTORABLE.search(text)


def _instant(value: object) -> datetime | None:
    """Return *value* as a datetime (Rule 3). Raises ``TypeError`` or ``ValueError`` if it is not one."""
    # Some databases have 0 and 1 instead of bools, and Apple writes them as text.
    if value is None:
        return None
    # Other types are not compared, because a comparison can raise any exception (a signalling NaN does).
    if isinstance(value, (int, str)) and value in (False, "", "false"):
        return None
    if isinstance(value, (int, str)) and value in (True, "true"):
        return datetime.now(UTC)
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise TypeError
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
