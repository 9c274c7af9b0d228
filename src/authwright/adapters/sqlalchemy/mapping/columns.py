"""Column types for text, and for datetimes.

Rule 1: on MySQL and MariaDB, each text column is utf8mb4, whatever the default of the database. With latin1 or utf8mb3,
        a name in Korean or with an emoji could not be stored.
Rule 2: a text without a limit has at most 16 MB on MySQL and MariaDB. Their type TEXT has only 64 kB, which is too
        little for an image in a ``data:`` URL.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TIMESTAMP, DateTime, Dialect, String, Text
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

from authwright.adapters.records import as_utc

_MYSQL = ("mysql", "mariadb")


class ExactVARCHAR(mysql.VARCHAR):
    """Text that MySQL and MariaDB compare exactly."""


def exact_collation(dialect: Dialect) -> str:
    """Return the collation that compares text exactly: MySQL's if *dialect* is known to be MySQL, else MariaDB's."""
    # utf8mb4_bin distinguishes upper and lower case, but ignores trailing spaces.
    return "utf8mb4_nopad_bin" if getattr(dialect, "is_mariadb", True) else "utf8mb4_0900_bin"


@compiles(ExactVARCHAR, "mysql", "mariadb")
def _exact_varchar(kind: ExactVARCHAR, compiler: Any, **options: Any) -> str:
    return f"VARCHAR({kind.length}) CHARACTER SET utf8mb4 COLLATE {exact_collation(compiler.dialect)}"


class UnicodeTEXT(mysql.MEDIUMTEXT):
    """Text without a limit (Rule 2)."""


class UnicodeVARCHAR(mysql.VARCHAR):
    """Text with a limit that is not compared exactly."""


@compiles(UnicodeTEXT, "mysql", "mariadb")
def _unicode_text(kind: UnicodeTEXT, compiler: Any, **options: Any) -> str:
    return "MEDIUMTEXT CHARACTER SET utf8mb4"


@compiles(UnicodeVARCHAR, "mysql", "mariadb")
def _unicode_varchar(kind: UnicodeVARCHAR, compiler: Any, **options: Any) -> str:
    return f"VARCHAR({kind.length}) CHARACTER SET utf8mb4"


def key(length: int) -> TypeEngine[str]:
    """Return a type for text that identifies a row and is compared exactly.

    By default, MySQL and MariaDB ignore case.
    """
    return String(length).with_variant(ExactVARCHAR(length), *_MYSQL)


def text(length: int | None = None) -> TypeEngine[str]:
    """Return a type for any other text, with at most *length* characters if it is given."""
    if length is None:
        return Text().with_variant(UnicodeTEXT(), *_MYSQL)
    return String(length).with_variant(UnicodeVARCHAR(length), *_MYSQL)


class UTCDateTime(TypeDecorator[datetime]):
    """A timezone-aware datetime in UTC, on databases with and without time zones."""

    impl: TypeEngine[Any] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type for *dialect*. Without a precision, MySQL and MariaDB would round to seconds."""
        kind = mysql.DATETIME(fsp=6) if dialect.name in _MYSQL else DateTime(timezone=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = as_utc(value)
        return instant if dialect.name == "postgresql" else instant.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class PrismaDateTime(TypeDecorator[datetime]):
    """Prisma's ``DateTime`` on PostgreSQL: a datetime in UTC without a time zone, with milliseconds."""

    impl: TypeEngine[Any] = TIMESTAMP(timezone=False)
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=False, precision=3))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = as_utc(value).replace(tzinfo=None)
        # Cut off microseconds, as JavaScript does. PostgreSQL would round, so a row could expire after its cookie.
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None
