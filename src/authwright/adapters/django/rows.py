"""Django's rows as our values, and the other way round.

Rule 1: a user's id is text here and of the model's own type there. Text that is no such id names nobody.
Rule 2: a name goes whole into ``first_name``, where the model has that: no program knows which part is whose. What the
        app writes there afterwards counts.
Rule 3: Django's address is shown where there is none of ours, as one that is not verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Field, Model

from authwright.adapters.records import as_utc
from authwright.errors import AccessDenied
from authwright.types import Account, AdapterSession, User, VerificationToken

Value = TypeVar("Value", Account, AdapterSession, VerificationToken)


def key_of(user_id: str | None) -> Any | None:
    """The primary key that *user_id* stands for; None where it stands for none."""
    field = get_user_model()._meta.pk
    try:
        key = field.to_python(user_id)
        field.run_validators(key)
    except ValidationError:
        return None
    # Python reads " 1" and digits of other scripts as numbers too.
    return key if key is not None and str(key) == user_id else None


def columns_of(value: Account | AdapterSession | VerificationToken) -> dict[str, Any]:
    """What *value* is, by column."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def value_of(kind: type[Value], row: Model) -> Value:
    """What *row* says, as a *kind*."""
    values = {field.name: getattr(row, field.name) for field in fields(kind)}
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = as_utc(value)
    if "user_id" in values:
        values["user_id"] = str(values["user_id"])
    return kind(**values)


def user_of(row: AbstractBaseUser) -> User:
    """The user that Django's *row* and, where there is one, its profile describe."""
    profile = getattr(row, "authwright", None)
    if profile is None:
        return User(id=str(row.pk), name=_name_in_django(row), email=_email_in_django(row))
    return User(
        id=str(row.pk),
        name=_name(row, profile.name),
        email=profile.email or _email_in_django(row),
        image=profile.image,
        email_verified=profile.email_verified and as_utc(profile.email_verified),
        extra=profile.extra,
    )


def email_field() -> Field | None:
    """The field of the user model that holds an e-mail address."""
    return _field(get_user_model().get_email_field_name())


def fill(row: AbstractBaseUser, changes: Mapping[str, Any]) -> list[str]:
    """Set what columns of Django's hold of *changes*; answer which those are.

    Raises:
        AccessDenied: Nobody is without an address, where the address is the user's name.
    """
    columns: dict[str, str | None] = {**_name_columns(changes["name"])} if "name" in changes else {}
    field = email_field()
    if "email" in changes and field:
        columns[field.name] = changes["email"] or _blank(field)
    for name, value in columns.items():
        setattr(row, name, value)
    return list(columns)


def _blank(field: Field) -> str | None:
    if field.null:
        return None
    if field.name == get_user_model().USERNAME_FIELD:
        raise AccessDenied("The user has no e-mail address, which is the USERNAME_FIELD of the user model.")
    return ""


def _name_columns(name: str | None) -> dict[str, str]:
    first, last = _field("first_name"), _field("last_name")
    columns = {"first_name": (name or "")[: first.max_length]} if first else {}
    return {**columns, "last_name": ""} if first and last else columns


def _name(row: AbstractBaseUser, name: str | None) -> str | None:
    wrote = _name_columns(name)
    return name if all(getattr(row, column) == text for column, text in wrote.items()) else _name_in_django(row)


def _name_in_django(row: AbstractBaseUser) -> str | None:
    names = (getattr(row, column, None) for column in ("first_name", "last_name"))
    return " ".join(name for name in names if name) or None


def _email_in_django(row: AbstractBaseUser) -> str | None:
    field = email_field()
    return (getattr(row, field.name) or None) if field else None


def _field(name: str) -> Field | None:
    try:
        return get_user_model()._meta.get_field(name)
    except FieldDoesNotExist:
        return None
