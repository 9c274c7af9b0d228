"""The four tables, and the conversion between our values and their rows.

Rule 1: a column is looked up by the name of the field that it stores, whatever its name in the table.
Rule 2: a table may lack the columns that v4's tables lack. The fields of these columns are then not stored. Columns
        that an app adds to the table of users appear in ``User.extra``.
Rule 3: a user's id is a string in our values, and has the type of the column in the table (see ``keys.py``).
Rule 4: a datetime is stored in UTC, and a column without a time zone stores it without one. It never depends on the
        time zone of the server or of the connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, DateTime, Dialect, Table, inspect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import NoInspectionAvailable

from authwright.adapters.records import as_utc, json_extra, new_id
from authwright.adapters.sqlalchemy.mapping.columns import PrismaDateTime, UTCDateTime
from authwright.adapters.sqlalchemy.mapping.keys import Key
from authwright.adapters.sqlalchemy.mapping.model_checks import (
    check_ids,
    check_one_table,
    check_required,
    check_types,
    lacks_value,
)
from authwright.adapters.sqlalchemy.models import Models
from authwright.errors import ConfigurationError, Conflict
from authwright.types import Account, AdapterSession, User, VerificationToken

Value = TypeVar("Value", bound=User | Account | AdapterSession | VerificationToken)
Columns = Mapping[str, Column[Any]]

_INSTANTS = ("expires", "email_verified", "created")
# Fields for which v4's tables have no column.
_OPTIONAL: dict[type, set[str]] = {User: {"extra"}, AdapterSession: {"provider", "sid", "created", "ip", "user_agent"}}


class Entity(Generic[Value]):
    """A table whose rows are the values of one class.

    Args:
        kind: The class of the values.
        columns: The columns of the table, by the names of the fields.
        dialect: The dialect of the database.
    """

    def __init__(self, kind: type[Value], columns: Columns, dialect: Dialect) -> None:
        self._kind = kind
        self._columns = columns
        self._fields = [field.name for field in fields(kind) if field.name in columns]
        self._id = next((name for name in ("id", "user_id") if name in self._fields), None)
        self._key = Key(columns[self._id], dialect) if self._id else None
        present = [columns[name].type for name in self._fields]
        # Our own types convert the datetimes themselves.
        self._instants = [
            name
            for name, column_type in zip(self._fields, present, strict=True)
            if name in _INSTANTS and not isinstance(column_type, UTCDateTime | PrismaDateTime)
        ]
        self.added: list[str] = [name for name in columns if name not in self._fields] if kind is User else []
        self.selected: list[Column[Any]] = [columns[name] for name in (*self._fields, *self.added)]

    def __getitem__(self, field: str) -> Column[Any]:
        return self._columns[field]

    @property
    def table(self) -> Table:
        return self.selected[0].table

    def key(self, user_id: str | None) -> Any:
        """Convert *user_id* to a value of this table's column. Return None, which matches no row, if that fails."""
        return self._key.of(user_id) if self._key else None

    def owner(self, user_id: str | None) -> Any:
        """Convert *user_id* like ``key``. Raises ``Conflict`` if no user can have this id."""
        key = self.key(user_id)
        if key is None:
            raise Conflict("The user of the account or session does not exist.")
        return key

    def new_key(self) -> dict[Any, Any]:
        """Return the id of a new row, by column, if neither SQLAlchemy nor the database creates it."""
        return {self["id"]: self.key(new_id())} if lacks_value(self["id"]) else {}

    def id_of(self, inserted: Any) -> str:
        """Return the id of the user in a row that was just inserted. *inserted* is its primary key."""
        value = inserted._mapping[self["id"].key]
        return self._key.text(value) if self._key else str(value)

    def instant(self, field: str, value: datetime) -> datetime:
        """Convert *value* to a value of the column for *field*."""
        column_type = self[field].type
        value = as_utc(value)
        return value.replace(tzinfo=None) if isinstance(column_type, DateTime) and not column_type.timezone else value

    def row(self, values: Value | Mapping[str, Any], **others: Any) -> dict[Any, Any]:
        """Return a row for *values*, by column. The values in *others* replace those in *values*."""
        if not isinstance(values, Mapping):
            values = {name: getattr(values, name) for name in values.__slots__}
        values = {**values, **others}
        for name in self._instants:
            if values.get(name):
                values[name] = self.instant(name, values[name])
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
        for name in self._instants:
            if known[name]:
                known[name] = _in_utc(known[name])
        if self.added:
            added = zip(self.added, row[len(self._fields) :], strict=True)
            known["extra"] = {**(known.get("extra") or {}), **dict(added)}
        return self._kind(**known)


class Schema:
    """The tables of one store. Each argument has the columns of one table, by the names of the fields."""

    def __init__(
        self,
        users: Columns,
        accounts: Columns,
        sessions: Columns,
        verification_tokens: Columns,
        dialect: Dialect | None = None,
    ) -> None:
        dialect = dialect or DefaultDialect()
        self.users: Entity[User] = Entity(User, users, dialect)
        self.accounts: Entity[Account] = Entity(Account, accounts, dialect)
        self.sessions: Entity[AdapterSession] = Entity(AdapterSession, sessions, dialect)
        self.verification_tokens: Entity[VerificationToken] = Entity(VerificationToken, verification_tokens, dialect)

    @property
    def tables(self) -> list[Table]:
        return [self.users.table, self.accounts.table, self.sessions.table, self.verification_tokens.table]


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def columns_of(source: Any) -> Columns:
    """Return the columns of a table by their keys, or of a mapped class by the names of its attributes."""
    return dict((source.c if isinstance(source, Table) else inspect(source).columns).items())


def schema_of(models: Models, dialect: Dialect) -> Schema:
    """Return the schema of *models*, whose attributes are named after our fields.

    Raises:
        ConfigurationError: A model is not a mapped class, lacks a required field, or has a column that cannot be used.
    """
    kinds = {"user": User, "account": Account, "session": AdapterSession, "verification_token": VerificationToken}
    columns = {name: _checked(name, getattr(models, name), kind, dialect) for name, kind in kinds.items()}
    check_ids(columns["user"], (columns["account"], columns["session"]), dialect)
    user, account, session, verification_token = columns.values()
    return Schema(user, account, session, verification_token, dialect)


def _checked(name: str, model: type[Any], kind: type[Any], dialect: Dialect) -> Columns:
    try:
        columns = columns_of(model)
    except NoInspectionAvailable:
        problem = f"the class for {name!r} is not a mapped class."
        raise ConfigurationError("models", problem, "Derive it from your declarative Base.") from None
    names = {field.name for field in fields(kind)}
    missing = names - columns.keys() - _OPTIONAL.get(kind, set())
    if missing:
        problem = f"the class for {name!r} lacks {', '.join(sorted(missing))}."
        remedy = f"Derive it from {kind.__name__.removeprefix('Adapter')}Mixin."
        raise ConfigurationError("models", problem, remedy)
    check_one_table(name, columns)
    check_types(columns, names & columns.keys(), dialect)
    if kind is not User:
        # The columns that an app adds to users get their values from User.extra.
        check_required(columns, names & columns.keys())
    return columns
