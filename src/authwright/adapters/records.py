"""What our adapters do alike to a value before they store it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

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
    """*instant* in UTC. Raises ``ValueError`` where it has no time zone: it would name another instant elsewhere."""
    if instant.tzinfo is None:
        raise ValueError("A datetime without a time zone cannot be stored.")
    return instant.astimezone(UTC)


def session_in_utc(session: AdapterSession) -> AdapterSession:
    """A copy of *session* with its instants in UTC. Raises ``ValueError`` as ``as_utc`` does."""
    return replace(session, expires=as_utc(session.expires), created=session.created and as_utc(session.created))


def new_user(user: User) -> User:
    """*user* under a new random id."""
    return replace(user, id=str(uuid4()), email_verified=user.email_verified and as_utc(user.email_verified))


def user_changes(changes: Mapping[str, Any]) -> dict[str, Any]:
    """*changes*, checked. Raises ``TypeError`` where one is no field of ``User`` that may change."""
    unknown = changes.keys() - _CHANGEABLE
    if unknown:
        raise TypeError(f"A user's {', '.join(sorted(unknown))} cannot be changed.")
    verified = changes.get("email_verified")
    return {**changes, "email_verified": as_utc(verified)} if verified else dict(changes)


def token_fields(account: Account) -> dict[str, Any]:
    """The fields of *account* that a token response brings (RFC 6749 section 5.1)."""
    return {name: getattr(account, name) for name in _TOKEN_FIELDS}
