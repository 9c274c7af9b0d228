"""The tables of ``SQLAlchemyAdapter``: one for each dataclass, a column for each of its fields.

Rule 1: what identifies a row is its primary key or unique, and is compared exactly, whatever the database's collation.
Rule 2: an instant is stored in UTC with its microseconds, and comes back aware.
Rule 3: accounts and sessions go with their user.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, ForeignKey, MetaData, String, Table, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator, TypeEngine

from authwright.adapters.records import as_utc
from authwright.types import Account, AdapterSession, User, VerificationToken

_MYSQL = ("mysql", "mariadb")


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


def _key(length: int) -> TypeEngine[str]:
    """Text that identifies: MySQL and MariaDB compare it without case unless the column says otherwise."""
    return String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), *_MYSQL)


metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", _key(36), primary_key=True),
    Column("name", Text),
    Column("email", _key(320), unique=True),
    Column("image", Text),
    Column("email_verified", UTCDateTime),
    Column("extra", JSON, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("provider", _key(255), primary_key=True),
    Column("type", String(32), nullable=False),
    Column("provider_account_id", _key(255), primary_key=True),
    Column("user_id", _key(36), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("access_token", Text),
    Column("refresh_token", Text),
    Column("id_token", Text),
    Column("expires_at", BigInteger),
    Column("token_type", String(255)),
    Column("scope", Text),
    Column("session_state", Text),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_token", _key(255), primary_key=True),
    Column("user_id", _key(36), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires", UTCDateTime, nullable=False),
    Column("provider", String(255)),
    Column("sid", String(255)),
)

verification_tokens = Table(
    "verification_tokens",
    metadata,
    Column("identifier", _key(320), primary_key=True),
    Column("token", _key(255), primary_key=True),
    Column("expires", UTCDateTime, nullable=False),
)


def values_of(table: Table, value: User | Account | AdapterSession | VerificationToken) -> dict[str, Any]:
    """The row of *table* that *value* becomes."""
    return {column.name: getattr(value, column.name) for column in table.columns}


def user_from(row: Sequence[Any]) -> User:
    """The user in a row of ``users``."""
    return User(**dict(zip(users.columns.keys(), row, strict=True)))


def session_from(row: Sequence[Any]) -> AdapterSession:
    """The session in a row of ``sessions``."""
    return AdapterSession(**dict(zip(sessions.columns.keys(), row, strict=True)))
