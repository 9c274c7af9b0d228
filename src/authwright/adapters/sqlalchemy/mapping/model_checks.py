"""Checks of an app's own models at construction. Each error names the column and the remedy.

Rule 1: a column has a type for the values of its field, and returns them as they were stored.
Rule 2: the tables of accounts and sessions store users' ids in the same form as the table of users, so that joins work.
Rule 3: each column that must have a value gets one: from the adapter, from a default, or, for users, from ``extra``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Dialect
from sqlalchemy.exc import InvalidRequestError, NoReferencedColumnError, NoReferencedTableError
from sqlalchemy.types import TypeDecorator

from authwright.adapters.records import new_id
from authwright.adapters.sqlalchemy.mapping.keys import Key, bound_by, read_by
from authwright.errors import ConfigurationError

Columns = Mapping[str, Column[Any]]

OPTION = "models"
_INSTANTS = {"expires", "email_verified", "created"}
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_INSTANTS, (datetime,)),
    "expires_at": (int,),
    "extra": (dict,),
    "id": (str, int, UUID),
    "user_id": (str, int, UUID),
}
_SAMPLE = datetime(2026, 7, 1, 12, tzinfo=UTC)


def check_types(columns: Columns, fields: Iterable[str], dialect: Dialect) -> None:
    """Check the types of the columns that store *fields*."""
    for name in fields:
        column = columns[name]
        if isinstance(column.type, TypeDecorator):
            if name in _INSTANTS and not _keeps_instant(column.type, dialect):
                remedy = "Use DateTime(timezone=True), or a type that takes and returns datetimes in UTC."
                raise _error(column, f"its type {_name(column)} does not return the datetime that it stored.", remedy)
            continue
        expected = _PYTHON_TYPES.get(name, (str,))
        try:
            found = column.type.python_type
        except NotImplementedError:
            continue
        if found is not object and not issubclass(found, expected):
            wanted = " or ".join(kind.__name__ for kind in expected)
            problem = f"its type {_name(column)} does not store values of the type {wanted}."
            raise _error(column, problem, "Change the type, or convert the values in a TypeDecorator.")


def check_ids(users: Columns, others: Iterable[Columns], dialect: Dialect) -> None:
    """Check that ids are created, and that the columns ``user_id`` of *others* refer to them."""
    own = users["id"]
    if own.name not in own.table.primary_key.columns:
        raise _error(own, "it is not the primary key.", "Add primary_key=True.")
    key = Key(own, dialect)
    if lacks_value(own) and not _fits(own, key, new_id()):
        raise _error(own, "it has no default, and a random UUID does not fit.", "Give the column a default.")
    for columns in others:
        other = columns["user_id"]
        _check_reference(own, other)
        theirs = Key(other, dialect)
        sample = next((text for text in (new_id(), "1") if key.of(text) is not None), None)
        if theirs.stored_type is not key.stored_type or (sample and theirs.as_stored(sample) != key.as_stored(sample)):
            problem = (
                f"its type {_name(other)} does not store ids as the type {_name(own)} of {own.table.name}.id does."
            )
            raise _error(other, problem, f"Declare {other.key} with the same type in the model.")


def check_required(columns: Columns, fields: Iterable[str]) -> None:
    """Check that each column that must have a value is one of *fields* or has a default."""
    filled = {columns[name] for name in fields}
    for column in columns.values():
        if column not in filled and not column.nullable and lacks_value(column):
            raise _error(column, "it is NOT NULL and has no default.", "Give it a default=, or make it nullable.")


def check_one_table(name: str, columns: Columns) -> None:
    """Check that the model *name* is stored in a single table."""
    tables = {column.table.name for column in columns.values()}
    if len(tables) > 1:
        problem = f"the class for {name!r} is stored in several tables: {', '.join(sorted(tables))}."
        raise ConfigurationError(OPTION, problem, "Use a class with a single table.")


def lacks_value(column: Column[Any]) -> bool:
    """Return whether neither SQLAlchemy nor the database gives a value to *column*."""
    is_counted = column.table.autoincrement_column is column
    return column.default is None and column.server_default is None and column.identity is None and not is_counted


def _check_reference(own: Column[Any], other: Column[Any]) -> None:
    target = f"{own.table.fullname}.{own.name}"
    remedy = (
        f'Declare it in the model: {other.key} = mapped_column(ForeignKey("{target}", ondelete="CASCADE"), index=True).'
    )
    for reference in other.foreign_keys:
        try:
            leads_to = reference.column
        except (NoReferencedTableError, NoReferencedColumnError, InvalidRequestError):
            problem = "its foreign key refers to a table or column that does not exist."
            raise _error(other, problem, remedy) from None
        if leads_to is not own:
            problem = f"its foreign key refers to {leads_to.table.fullname}.{leads_to.name}, not to {target}."
            raise _error(other, problem, remedy)


def _fits(column: Column[Any], key: Key, user_id: str) -> bool:
    if key.of(user_id) is None:
        return False
    stored, length = key.as_stored(user_id), getattr(column.type, "length", None)
    return not isinstance(stored, str) or length is None or len(stored) <= length


def _keeps_instant(kind: TypeDecorator[Any], dialect: Dialect) -> bool:
    try:
        bound: Any = bound_by(kind, _SAMPLE, dialect)
        if isinstance(bound, datetime) and dialect.name != "postgresql":
            # The other databases do not store a time zone.
            bound = bound.replace(tzinfo=None)
        found = read_by(kind, bound, dialect)
    except Exception:
        # A type of the app may raise anything, for example for a datetime with a time zone.
        return False
    if not isinstance(found, datetime):
        return False
    return (found if found.tzinfo else found.replace(tzinfo=UTC)) == _SAMPLE


def _name(column: Column[Any]) -> str:
    return type(column.type).__name__


def _error(column: Column[Any], problem: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(OPTION, f"the column {column.table.fullname}.{column.name}: {problem}", remedy)
