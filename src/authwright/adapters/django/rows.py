"""Convert Django's rows into our values, and our values into Django's rows.

Rule 1: a user's id is a string in our values, and has the type of the primary key in the model. A string that is not a
        valid id of that type does not match any user.
Rule 2: the whole name is stored in ``first_name`` if the model has that field, because a program cannot split a name
        reliably. If the app changes the name in Django later, the app's name counts.
Rule 3: if the profile has no e-mail address, the address of Django's user is returned, as not verified.
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
    """Convert *user_id* to the type of the primary key. Return None if it is invalid."""
    field = get_user_model()._meta.pk
    try:
        key = field.to_python(user_id)
        field.run_validators(key)
    except ValidationError:
        return None
    if isinstance(key, int) and abs(key) >= 2**63:  # Django 4.2 would pass it to SQLite, which raises OverflowError.
        return None
    # Reject other spellings: Python also accepts " 1" and the digits of other scripts as numbers.
    return key if key is not None and str(key) == user_id else None


def columns_of(value: Account | AdapterSession | VerificationToken) -> dict[str, Any]:
    """Return the fields of *value*, by column."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def value_of(kind: type[Value], row: Model) -> Value:
    """Return *row* as a value of the class *kind*."""
    values = {field.name: getattr(row, field.name) for field in fields(kind)}
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = as_utc(value)
    if "user_id" in values:
        values["user_id"] = str(values["user_id"])
    return kind(**values)


def user_of(row: AbstractBaseUser) -> User:
    """Return the user for Django's *row*. If the row has a profile, its values are used, too."""
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
    """Return the field of the user model that stores the e-mail address, or None if there is none."""
    return _field(get_user_model().get_email_field_name())


def fill(row: AbstractBaseUser, changes: Mapping[str, Any]) -> list[str]:
    """Set on *row* those of *changes* that Django's user model stores.

    Returns:
        The names of the columns that were set.

    Raises:
        AccessDenied: The new e-mail address is None, but the ``USERNAME_FIELD`` of the user model is the address.
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
        raise AccessDenied("The user has no e-mail address, which the user model requires as its USERNAME_FIELD.")
    return ""


def _name_columns(name: str | None) -> dict[str, str]:
    first, last = _field("first_name"), _field("last_name")
    columns = {"first_name": (name or "")[: first.max_length]} if first else {}
    return {**columns, "last_name": ""} if first and last else columns


def _name(row: AbstractBaseUser, name: str | None) -> str | None:
    written = _name_columns(name)
    return name if all(getattr(row, column) == text for column, text in written.items()) else _name_in_django(row)


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
