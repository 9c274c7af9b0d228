"""The ids of users: strings in our values, and values of a column's own type in the database.

Rule 1: a string is an id only if the column's type stores it and returns a value with the same text. So each user has
        exactly one id, and "007", a UUID in braces, or any other text matches no user.
Rule 2: if the app defined the type (a ``TypeDecorator``), its methods convert the values, because only they know what
        it stores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Dialect, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

_CANDIDATES: dict[type, tuple[Callable[[str], Any], ...]] = {
    str: (str, UUID),
    int: (int, str),
    UUID: (UUID, str),
}


class Key:
    """The values of a column that stores the id of a user.

    Args:
        column: The column.
        dialect: The dialect of the database, which types of the app may need.
    """

    def __init__(self, column: Column[Any], dialect: Dialect) -> None:
        self._type = column.type
        self._dialect = dialect
        self._own = column.type if isinstance(column.type, TypeDecorator) else None
        self.stored_type: type = _stored_type(column.type, dialect)
        self._limit = 2**63 if isinstance(column.type, BigInteger) else 2**31
        if self._own:
            outer = _python_type(self._own.impl_instance)
            self._candidates = _CANDIDATES.get(outer, (str, UUID, int))
        elif isinstance(column.type, Uuid) and not column.type.as_uuid:
            self._candidates = (lambda text: str(UUID(text)),)
        else:
            self._candidates = _CANDIDATES.get(_python_type(column.type), (str,))[:1]

    def of(self, text: str | None) -> Any:
        """Convert *text* to a value for the column. Return None, which matches no row, if it is not an id."""
        if text is None or self._candidates == (str,):
            return text
        for convert in self._candidates:
            try:
                value = convert(text)
                if self._is_stored(value) and self.text(value) == text:
                    return value
            except Exception:  # noqa: S112  # A type of the app may raise anything for text that it does not know.
                continue
        return None

    def text(self, value: Any) -> str:
        """Return the id that results if *value* is stored and read again."""
        if self._own:
            value = read_by(self._own, bound_by(self._own, value, self._dialect), self._dialect)
        elif isinstance(self._type, Uuid):
            value = UUID(str(value))
        return str(value)

    def as_stored(self, text: str) -> Any:
        """Return the value that the driver sends to the database for the id *text*."""
        value = self.of(text)
        process = self._type.dialect_impl(self._dialect).bind_processor(self._dialect)
        return process(value) if process else value

    def _bound(self, value: Any) -> Any:
        return bound_by(self._own, value, self._dialect) if self._own else value

    def _is_stored(self, value: Any) -> bool:
        """Return whether the driver accepts *value*."""
        bound = self._bound(value)
        if isinstance(bound, int) and self.stored_type is int:
            return abs(bound) < self._limit
        if self.stored_type is UUID and isinstance(bound, str):
            return bool(UUID(bound))
        return self.stored_type is object or isinstance(bound, self.stored_type)


def bound_by(kind: TypeDecorator[Any], value: Any, dialect: Dialect) -> Any:
    """Return what the app's type *kind* converts *value* to before it is stored."""
    # SQLAlchemy's own method raises NotImplementedError. SQLAlchemy calls the method only if the app has replaced it.
    is_identity = type(kind).process_bind_param is TypeDecorator.process_bind_param
    return value if is_identity else kind.process_bind_param(value, dialect)


def read_by(kind: TypeDecorator[Any], value: Any, dialect: Dialect) -> Any:
    """Return what the app's type *kind* converts the stored *value* to."""
    is_identity = type(kind).process_result_value is TypeDecorator.process_result_value
    return value if is_identity else kind.process_result_value(value, dialect)


def _python_type(kind: TypeEngine[Any]) -> type:
    try:
        return kind.python_type
    except NotImplementedError:
        return object


def _stored_type(kind: TypeEngine[Any], dialect: Dialect) -> type:
    return _python_type(kind.load_dialect_impl(dialect) if isinstance(kind, TypeDecorator) else kind)
