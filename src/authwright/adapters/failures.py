"""Classify the errors of databases by the codes of PostgreSQL, MariaDB, MySQL and SQLite.

Rule 1: a violated unique constraint is a ``Conflict``, and so is a foreign key to a user who does not exist. Any other
        violation is a mistake in the tables, which the app's developer must correct.
Rule 2: a description names tables, columns and constraints, and never the values of a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from authwright.errors import AuthwrightError, ConfigurationError, Conflict


class Kind(Enum):
    """What went wrong."""

    DUPLICATE = "a value must be unique"
    NO_PARENT = "a foreign key refers to a row that does not exist"
    NULL = "a column must not be empty"
    CHECK = "a check failed"
    TOO_LONG = "a value does not fit"
    NO_TABLE = "a table or column is missing"
    LOST_STATEMENT = "a prepared statement is missing or belongs to another client"


# https://www.postgresql.org/docs/current/errcodes-appendix.html, https://mariadb.com/kb/en/mariadb-error-code-reference/
# and https://sqlite.org/rescode.html
_KINDS: dict[object, Kind] = {
    **dict.fromkeys(["23505", "23P01", 1062, 1586, 1169], Kind.DUPLICATE),
    **dict.fromkeys(["SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"], Kind.DUPLICATE),
    **dict.fromkeys(["SQLITE_CONSTRAINT_ROWID"], Kind.DUPLICATE),
    **dict.fromkeys(["23503", "23001", 1216, 1217, 1451, 1452, "SQLITE_CONSTRAINT_FOREIGNKEY"], Kind.NO_PARENT),
    **dict.fromkeys(["23502", 1048, 1364, "SQLITE_CONSTRAINT_NOTNULL"], Kind.NULL),
    **dict.fromkeys(["23514", 3819, 4025, "SQLITE_CONSTRAINT_CHECK", "SQLITE_CONSTRAINT_TRIGGER"], Kind.CHECK),
    **dict.fromkeys(["22001", 1406], Kind.TOO_LONG),
    **dict.fromkeys(["42P01", "42703", 1146, 1054], Kind.NO_TABLE),
    **dict.fromkeys(["26000", "42P05"], Kind.LOST_STATEMENT),
}
_MISSING_IN_SQLITE = re.compile(r"no such (table|column)|has no column named")
_MISSING_NAME = re.compile(r"no such \w+: ([\w.]+)|has no column named (\w+)|(?:relation|column) \"?([\w.]+)")
# SQLite: "NOT NULL constraint failed: users.role". MySQL: "Column 'role' cannot be null", "CONSTRAINT `x` failed".
_NAMES = (re.compile(r"constraint failed: (.+)"), re.compile(r"CONSTRAINT `(.+?)`"), re.compile(r"'(\w+)'"))


@dataclass(frozen=True)
class Failure:
    """An error of the database.

    Args:
        kind: What went wrong.
        where: The table, column or constraint, or an empty string if the database does not name it.
    """

    kind: Kind
    where: str

    @classmethod
    def of(cls, error: BaseException | None) -> Failure | None:
        """Return what the driver's *error* means, or None if it is none of ``Kind``."""
        codes = (getattr(error, "sqlstate", None), getattr(error, "sqlite_errorname", None), *_arguments(error)[:1])
        kind = next((_KINDS[code] for code in codes if code in _KINDS), None)
        if kind is None and "SQLITE_ERROR" in codes and _MISSING_IN_SQLITE.search(str(error)):
            kind = Kind.NO_TABLE
        where = _missing_name(error) if kind is Kind.NO_TABLE else _where(error)
        return cls(kind, where) if kind else None

    def as_error(self, option: str, remedy: str) -> AuthwrightError:
        """Return the exception to raise.

        Args:
            option: The option that decides about the tables.
            remedy: What to do if a table or column is missing.
        """
        if self.kind is Kind.DUPLICATE:
            return Conflict("This entry already exists in the store.")
        if self.kind is Kind.NO_PARENT:
            return NoSuchUser("The user of this entry does not exist in the store.", self.where)
        if self.kind is Kind.NO_TABLE:
            name = f" {self.where}" if self.where else ""
            return ConfigurationError(option, f"the table or column{name} is missing in the database.", remedy)
        if self.kind is Kind.LOST_STATEMENT:
            return _prepared_statements(option)
        problem, advice = {
            Kind.NULL: ("has no value, but is NOT NULL", "Give the column a default, or make it nullable."),
            Kind.CHECK: ("refuses a value", "Change the constraint in the database."),
            Kind.TOO_LONG: ("is too short for a value", "Make the column longer."),
        }[self.kind]
        return ConfigurationError(option, f"the database's {_column(self)} {problem}.", advice)


class NoSuchUser(Conflict):
    """A foreign key refers to a row that does not exist: the user, or another row if the app added a foreign key."""

    def __init__(self, detail: str, where: str) -> None:
        super().__init__(detail)
        self.where = where


def wrong_foreign_key(option: str, where: str) -> ConfigurationError:
    """Return the error for a foreign key that the app added to the table of users.

    Args:
        option: The option that decides about the tables.
        where: The constraint, or an empty string if it is unknown.
    """
    name = f"foreign key {where}" if where else "foreign key of the users' table"
    problem = f"the {name} refers to a row that does not exist."
    return ConfigurationError(option, problem, "Give its column a value that exists, or NULL.")


def _prepared_statements(option: str) -> ConfigurationError:
    problem = "the engine keeps prepared statements, but a pooler such as PgBouncer does not."
    remedy = (
        'Create the engine with connect_args={"statement_cache_size": 0, "prepared_statement_cache_size": 0, '
        '"prepared_statement_name_func": lambda: ""} (asyncpg) or {"prepare_threshold": None} (psycopg), '
        "or pass the URL instead of an engine."
    )
    return ConfigurationError(option, problem, remedy)


def _column(failure: Failure) -> str:
    kind = "constraint" if failure.kind is Kind.CHECK else "column"
    return f"{kind} {failure.where}" if failure.where else kind


def _where(error: BaseException | None) -> str:
    # psycopg has the names in "diag", and asyncpg in the exception that SQLAlchemy wraps.
    details = getattr(error, "diag", None) or getattr(error, "__cause__", None)
    table, column, constraint = (
        getattr(details, name, None) for name in ("table_name", "column_name", "constraint_name")
    )
    if column:
        return f"{table}.{column}"
    if constraint:
        return str(constraint)
    if hasattr(error, "sqlite_errorname") or isinstance(next(iter(_arguments(error)), None), int):
        found = next((match for pattern in _NAMES if (match := pattern.search(str(_arguments(error)[-1])))), None)
        return found[1] if found else ""
    return ""


def _missing_name(error: BaseException | None) -> str:
    found = _MISSING_NAME.search(str(error))
    return next((name for name in found.groups() if name), "") if found else ""


def _arguments(error: BaseException | None) -> tuple[object, ...]:
    return error.args if error else ()
