"""The four tables, and the conversion between our values and their rows.

Rule 1: a column is looked up by the name of the field that it stores, whatever its name in the table.
Rule 2: a table may lack a column for a field; then the field is not stored. Additional columns of the users' table
        appear in ``User.extra``.
Rule 3: a user's id is a string in our values, and has the type of the column in the table. A string that is not a valid
        id of that type does not match any user.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, Column, Table, inspect
from sqlalchemy.exc import NoInspectionAvailable

from authwright.adapters.records import json_extra
from authwright.adapters.sqlalchemy.models import Models
from authwright.errors import ConfigurationError
from authwright.types import Account, AdapterSession, User, VerificationToken

Value = TypeVar("Value", bound=User | Account | AdapterSession | VerificationToken)
Columns = Mapping[str, Column[Any]]

# Fields for which v4's tables have no column.
_OPTIONAL: dict[type, set[str]] = {User: {"extra"}, AdapterSession: {"provider", "sid", "created", "ip", "user_agent"}}


class Entity(Generic[Value]):
    """A table whose rows are the values of one class.

    Args:
        kind: The class of the values.
        columns: The columns of the table, by the names of the fields.
    """

    def __init__(self, kind: type[Value], columns: Columns) -> None:
        self._kind = kind
        self._columns = columns
        self._fields = [field.name for field in fields(kind) if field.name in columns]
        self._id = next((name for name in ("id", "user_id") if name in self._fields), None)
        self.added = [name for name in columns if name not in self._fields] if kind is User else []
        self.selected = [columns[name] for name in (*self._fields, *self.added)]

    def __getitem__(self, field: str) -> Column[Any]:
        return self._columns[field]

    @property
    def table(self) -> Table:
        return self.selected[0].table

    def row(self, values: Value | Mapping[str, Any], **others: Any) -> dict[Any, Any]:
        """Return a row for *values*, by column. The values in *others* replace those in *values*."""
        if not isinstance(values, Mapping):
            values = {name: getattr(values, name) for name in values.__slots__}
        values = {**values, **others}
        row = {self._columns[name]: value for name, value in values.items() if name in self._fields}
        if self.added and "extra" in values:
            extra = dict(values["extra"])
            row |= {self._columns[name]: extra.pop(name) for name in self.added if name in extra}
            if "extra" in self._fields:
                row[self._columns["extra"]] = extra
        return row

    def stored_extra(self, extra: Mapping[str, Any]) -> dict[str, Any]:
        """Return ``User.extra`` as the table stores it. Raises ``ConfigurationError`` if JSON cannot represent it."""
        return json_extra(extra, self.added) if "extra" in self._fields else dict(extra)

    def value(self, row: Sequence[Any]) -> Value:
        """Return the value for a row of the columns ``selected``."""
        known = dict(zip(self._fields, row, strict=False))
        if self._id:
            known[self._id] = str(known[self._id])
        if self.added:
            added = zip(self.added, row[len(self._fields) :], strict=True)
            known["extra"] = {**(known.get("extra") or {}), **dict(added)}
        return self._kind(**known)


class Schema:
    """The tables of one store. Each argument has the columns of one table, by the names of the fields."""

    def __init__(self, users: Columns, accounts: Columns, sessions: Columns, verification_tokens: Columns) -> None:
        self.users = Entity(User, users)
        self.accounts = Entity(Account, accounts)
        self.sessions = Entity(AdapterSession, sessions)
        self.verification_tokens = Entity(VerificationToken, verification_tokens)
        self._id_type: type = users["id"].type.python_type
        self._id_limit = 2**63 if isinstance(users["id"].type, BigInteger) else 2**31

    @property
    def tables(self) -> list[Table]:
        return [self.users.table, self.accounts.table, self.sessions.table, self.verification_tokens.table]

    def key(self, user_id: str | None) -> Any:
        """Convert *user_id* to the type of the users' primary key. Return None, which matches no row, if that fails."""
        if self._id_type is str or user_id is None:
            return user_id
        try:
            key = self._id_type(user_id)
        except ValueError:
            return None
        # Reject other spellings, such as "007" or a UUID in braces: each user has exactly one id.
        return key if str(key) == user_id and not (self._id_type is int and abs(key) >= self._id_limit) else None


def columns_of(source: Any) -> Columns:
    """Return the columns of a table by their keys, or of a mapped class by the names of its attributes."""
    return dict((source.c if isinstance(source, Table) else inspect(source).columns).items())


def schema_of(models: Models) -> Schema:
    """Return the schema of *models*, whose attributes are named after our fields.

    Raises:
        ConfigurationError: A model is not a mapped class, or lacks a required field.
    """
    kinds = {"user": User, "account": Account, "session": AdapterSession, "verification_token": VerificationToken}
    return Schema(*(_checked(name, getattr(models, name), kind) for name, kind in kinds.items()))


def _checked(name: str, model: type[Any], kind: type[Any]) -> Columns:
    try:
        columns = columns_of(model)
    except NoInspectionAvailable:
        problem = f"the class for {name!r} is not a mapped class."
        raise ConfigurationError("models", problem, "Derive it from your declarative Base.") from None
    missing = {field.name for field in fields(kind)} - columns.keys() - _OPTIONAL.get(kind, set())
    if missing:
        problem = f"the class for {name!r} lacks {', '.join(sorted(missing))}."
        remedy = f"Derive it from {kind.__name__.removeprefix('Adapter')}Mixin."
        raise ConfigurationError("models", problem, remedy)
    return columns
