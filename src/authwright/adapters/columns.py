"""The columns' types: text that identifies, and instants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TIMESTAMP, DateTime, Dialect, String
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator, TypeEngine

from authwright.adapters.records import as_utc

_MYSQL = ("mysql", "mariadb")


class _ExactVARCHAR(mysql.VARCHAR):
    pass


@compiles(_ExactVARCHAR, "mysql", "mariadb")
def _exact_varchar(kind: _ExactVARCHAR, compiler: Any, **options: Any) -> str:
    # utf8mb4_bin tells cases apart, and yet ignores spaces at the end.
    collation = "utf8mb4_nopad_bin" if compiler.dialect.is_mariadb else "utf8mb4_0900_bin"
    return f"VARCHAR({kind.length}) CHARACTER SET utf8mb4 COLLATE {collation}"


def key(length: int) -> TypeEngine[str]:
    """Text that identifies: MySQL and MariaDB compare it without case unless the column says otherwise."""
    return String(length).with_variant(_ExactVARCHAR(length), *_MYSQL)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, on databases with time zones and on those without."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """MySQL and MariaDB round to seconds unless they are told the precision."""
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
    """Prisma's ``DateTime`` on PostgreSQL: UTC to the millisecond, without saying so."""

    impl = TIMESTAMP(timezone=False)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=False, precision=3))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = as_utc(value).replace(tzinfo=None)
        # As JavaScript does; PostgreSQL would round up, past what the cookie says.
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None
