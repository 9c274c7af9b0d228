"""Conversions and checks of values that our adapters share."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from authwright.errors import ConfigurationError
from authwright.server.plain_values import as_json
from authwright.types import Account, AdapterSession, User

_CHANGEABLE = frozenset(field.name for field in fields(User)) - {"id"}
_TOKEN_FIELDS = (
    "access_token",
    "refresh_token",
    "id_token",
    "expires_at",
    "token_type",
    "scope",
    "session_state",
)


def as_utc(instant: datetime) -> datetime:
    """Return *instant* in UTC.

    Raises:
        ValueError: *instant* has no time zone, so it would mean a different instant on another host.
    """
    if instant.tzinfo is None:
        raise ValueError("A datetime without a time zone cannot be stored. Pass an aware datetime.")
    return instant.astimezone(UTC)


def session_in_utc(session: AdapterSession) -> AdapterSession:
    """Return a copy of *session* with all datetimes in UTC. Raises ``ValueError`` if one has no time zone."""
    return replace(session, expires=as_utc(session.expires), created=session.created and as_utc(session.created))


def new_user(user: User) -> User:
    """Return a copy of *user* with a new random id."""
    return replace(user, id=new_id(), email_verified=user.email_verified and as_utc(user.email_verified))


def user_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a checked copy of *changes*. Raises ``TypeError`` if a key is not a field of ``User`` or is ``id``."""
    unknown = changes.keys() - _CHANGEABLE
    if unknown:
        allowed = ", ".join(sorted(_CHANGEABLE))
        raise TypeError(f"update_user cannot change {', '.join(sorted(unknown))}. It can change: {allowed}.")
    verified = changes.get("email_verified")
    return {**changes, "email_verified": as_utc(verified)} if verified else dict(changes)


def json_extra(extra: Mapping[str, Any], own_columns: Collection[str] = ()) -> dict[str, Any]:
    """Return ``User.extra`` as a JSON column stores it.

    Args:
        extra: The fields.
        own_columns: The names of fields that have a column of the app. Their values are not converted.

    Raises:
        ConfigurationError: JSON cannot represent a field. The text names the field.
    """
    return {str(name): value if name in own_columns else _in_json(name, value) for name, value in extra.items()}


def _in_json(name: str, value: object) -> Any:
    try:
        return as_json(value)
    except (TypeError, ValueError, RecursionError):
        problem = f"the value is or contains a {type(value).__name__} that JSON cannot represent."
        remedy = "Convert the value, or remove it from the user."
        raise ConfigurationError(f"User.extra[{name!r}]", problem, remedy) from None


def token_fields(account: Account) -> dict[str, Any]:
    """Return the fields of *account* that come from a token response (RFC 6749 section 5.1)."""
    return {name: getattr(account, name) for name in _TOKEN_FIELDS}


def milliseconds(instant: datetime) -> int:
    """Return *instant* in milliseconds since the epoch, rounded up, so that nothing expires early."""
    return math.ceil(as_utc(instant).timestamp() * 1000)


def instant(seconds_and_microseconds: Sequence[str | bytes | int]) -> datetime:
    """Return the reply of Redis's command ``TIME`` as a datetime in UTC."""
    seconds, microseconds = map(int, seconds_and_microseconds)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


def new_id() -> str:
    """Return a new random id."""
    return str(uuid4())
