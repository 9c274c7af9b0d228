"""Models of the app with types that the mixins do not use: types of the app, and datetimes without a time zone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import (
    CHAR,
    URL,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Uuid,
    text,
)
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from authwright.adapters.base import Adapter
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.conformance.samples import ALICE, BOB, LINK, session
from authwright.adapters.conformance.sign_up import SignUp
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.models import AccountMixin, Models, SessionMixin, UserMixin, VerificationTokenMixin
from authwright.errors import ConfigurationError, Conflict


class GUID(TypeDecorator[UUID]):
    """UUIDs as fastapi-users stores them: a UUID on PostgreSQL, and CHAR(36) on other databases."""

    impl = CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(postgresql.UUID() if dialect.name == "postgresql" else CHAR(36))

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None or dialect.name == "postgresql":
            return None if value is None else str(value)
        return str(value if isinstance(value, UUID) else UUID(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return value if value is None or isinstance(value, UUID) else UUID(value)


class HexGUID(TypeDecorator[UUID]):
    """UUIDs as SQLAlchemy's recipe stores them: without hyphens."""

    impl = CHAR(32)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else f"{value.int:032x}"

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return None if value is None else UUID(value)


class Prefixed(TypeDecorator[str]):
    """Numbers in the database, and "user-7" in Python."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value.removeprefix("user-"))

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else f"user-{value}"


class AutoString(TypeDecorator[str]):
    """SQLModel's type for ``str``."""

    impl = String(255)
    cache_ok = True


class Stamp(TypeDecorator[datetime]):
    """Seconds since the epoch in the database, and datetimes in Python."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(value.timestamp())

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value, UTC)


class Broken(Stamp):
    """A type that shifts what it stores."""

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value + 3600, UTC)


def models(
    key: Any, instant: Any = DateTime, *, own_key: dict[str, Any] | None = None, other_key: Any = None
) -> Models:
    """Return models with a prefix, whose ids have the type *key* and whose datetimes have the type *instant*."""

    class Base(DeclarativeBase):
        pass

    def reference() -> Any:
        column = ForeignKey("auth_users.id", ondelete="CASCADE")
        return mapped_column(other_key or key, column, index=True, nullable=False)

    class User(UserMixin, Base):
        __tablename__ = "auth_users"
        id: Mapped[Any] = mapped_column(key, primary_key=True, **(own_key or {}))
        email_verified: Mapped[Any] = mapped_column(instant, nullable=True)

    class Account(AccountMixin, Base):
        __tablename__ = "auth_accounts"
        user_id: Mapped[Any] = reference()

    class Session(SessionMixin, Base):
        __tablename__ = "auth_sessions"
        user_id: Mapped[Any] = reference()
        expires: Mapped[Any] = mapped_column(instant, nullable=False)
        created: Mapped[Any] = mapped_column(instant, nullable=True)

    class Token(VerificationTokenMixin, Base):
        __tablename__ = "auth_tokens"
        expires: Mapped[Any] = mapped_column(instant, nullable=False)

    return Models(user=User, account=Account, session=Session, verification_token=Token)


KEYS: dict[str, tuple[Any, dict[str, Any]]] = {
    "fastapi-users": (GUID, {"default": uuid4}),
    "recipe": (HexGUID, {"default": uuid4}),
    "recipe without default": (HexGUID, {}),
    "sqlmodel": (AutoString, {}),
    "prefixed": (Prefixed, {}),
    "uuid": (Uuid, {}),
    "uuid as text": (Uuid(as_uuid=False), {}),
    "text": (String(36), {}),
    "integer": (Integer, {}),
}


@pytest.fixture(params=KEYS)
def own(request: pytest.FixtureRequest) -> Models:
    """Models with ids of each type, datetimes without a time zone, and a prefix."""
    key, options = KEYS[request.param]
    return models(key, own_key=options)


class TestOwnTypes(SignUp):
    @pytest.fixture
    async def store(self, tmp_path: Path, own: Models) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter(f"sqlite:///{tmp_path}/auth.db", models=own)
        yield adapter
        await adapter.aclose()


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
class TestOwnTypesOnPostgreSQL(SignUp):
    @pytest.fixture
    async def store(self, postgres: URL, own: Models, driver: str) -> AsyncIterator[Adapter]:
        url = postgres.set(drivername=f"postgresql+{driver}")
        adapter = SQLAlchemyAdapter(url, create_tables=True, models=own)
        yield adapter
        await adapter.aclose()


class TestWholeContract(AdapterConformance):
    @pytest.fixture
    async def adapter(self, tmp_path: Path) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter(f"sqlite:///{tmp_path}/auth.db", models=models(HexGUID))
        yield adapter
        await adapter.aclose()


SOON = datetime(2096, 3, 1, 12, tzinfo=UTC)
EAST = {
    "sqlite": {},
    "postgresql": {"server_settings": {"timezone": "Asia/Seoul"}},
    "mysql": {"init_command": "SET time_zone = '+09:00'"},
}


@pytest.fixture
async def engine(database: URL) -> AsyncIterator[AsyncEngine]:
    """An engine of the app whose connections are not in UTC."""
    engine = create_async_engine(database, connect_args=EAST[database.get_backend_name()])
    yield engine
    await engine.dispose()


@pytest.mark.parametrize(
    "instant",
    [DateTime, DateTime(timezone=True), DateTime().with_variant(mysql.TIMESTAMP(), "mysql"), Stamp],
    ids=["plain", "with time zone", "timestamp", "own type"],
)
async def test_datetimes_do_not_depend_on_the_time_zone_of_the_server(engine: AsyncEngine, instant: Any) -> None:
    soon = SOON.replace(year=2036)
    adapter = SQLAlchemyAdapter(engine, create_tables=True, models=models(Integer, instant))
    created = await adapter.sign_up(
        replace(ALICE, email_verified=soon), None, replace(session(), expires=soon, created=soon)
    )
    found = await adapter.get_session_and_user("token")
    assert found
    assert (found[0].expires, found[0].created, found[1].email_verified) == (soon, soon, soon)
    assert await adapter.update_session("token", soon + timedelta(hours=1), soon) == replace(
        found[0], expires=soon + timedelta(hours=1)
    )
    assert (await adapter.update_user(created.id, {"email_verified": SOON.replace(year=2037)})).email_verified
    assert await adapter.delete_expired() == 0


async def test_expired_rows_are_deleted_whatever_the_time_zone_of_the_server(engine: AsyncEngine) -> None:
    adapter = SQLAlchemyAdapter(engine, create_tables=True, models=models(Integer))
    await adapter.create_verification_token(replace(LINK, expires=datetime.now(UTC) - timedelta(minutes=5)))
    await adapter.create_verification_token(replace(LINK, token="b", expires=datetime.now(UTC) + timedelta(minutes=5)))
    assert await adapter.delete_expired() == 1


async def test_a_plain_datetime_is_stored_in_utc(engine: AsyncEngine) -> None:
    adapter = SQLAlchemyAdapter(engine, create_tables=True, models=models(Integer))
    await adapter.sign_up(ALICE, None, replace(session(), expires=SOON))
    async with engine.connect() as connection:
        stored = (await connection.execute(text("SELECT expires FROM auth_sessions"))).scalar_one()
    assert str(stored).startswith("2096-03-01 12:00:00")


NOT_IDS = ["", "unknown", "01", " 1", "{1}", "user-", "user-01", str(uuid4()).upper(), "\u00e9"]


async def test_text_that_is_not_an_id_finds_no_user(database: URL, own: Models) -> None:
    adapter = SQLAlchemyAdapter(database, create_tables=True, models=own)
    created = await adapter.create_user(BOB)
    for user_id in NOT_IDS:
        assert await adapter.get_user(user_id) is None
        with pytest.raises(KeyError):
            await adapter.update_user(user_id, {"name": "Mallory"})
        with pytest.raises(Conflict):
            await adapter.create_session(session(user_id=user_id))
    assert await adapter.get_user(created.id) == created
    await adapter.aclose()


def refused(own: Models, backend: str = "sqlite+aiosqlite://") -> str:
    with pytest.raises(ConfigurationError) as error:
        SQLAlchemyAdapter(backend, models=own)
    assert error.value.option == "models"
    return str(error.value)


def test_an_id_that_is_not_text_is_refused() -> None:
    assert "auth_users.id: its type LargeBinary does not store" in refused(models(LargeBinary(16)))


def test_a_text_id_that_is_too_short_for_a_new_id_is_refused() -> None:
    assert "auth_users.id: it has no default" in refused(models(String(20)))


@pytest.mark.parametrize(("key", "other"), [(Uuid, String(36)), (Integer, String(36)), (HexGUID, String(36))])
def test_a_user_id_of_another_type_is_refused(key: Any, other: Any) -> None:
    message = refused(models(key, other_key=other, own_key={"default": uuid4}))
    assert "the column auth_accounts.user_id: its type String" in message
    assert "Declare user_id with the same type" in message


def test_types_that_only_postgresql_distinguishes_are_refused_there() -> None:
    own = models(GUID, other_key=String(36), own_key={"default": uuid4})
    SQLAlchemyAdapter("sqlite+aiosqlite://", models=own)
    assert "auth_accounts.user_id" in refused(own, "postgresql+asyncpg://localhost/app")


@pytest.mark.parametrize("instant", [Broken, Integer, String(40)])
def test_a_type_that_does_not_keep_a_datetime_is_refused(instant: Any) -> None:
    assert "the column auth_users.email_verified: its type" in refused(models(Integer, instant))


def test_a_prefix_without_a_foreign_key_to_the_users_is_refused_with_the_line_to_write() -> None:
    class Base(DeclarativeBase):
        pass

    class User(UserMixin, Base):
        __tablename__ = "auth_users"

    class Account(AccountMixin, Base):
        __tablename__ = "auth_accounts"

    class Session(SessionMixin, Base):
        __tablename__ = "auth_sessions"

    class Token(VerificationTokenMixin, Base):
        __tablename__ = "auth_tokens"

    message = refused(Models(user=User, account=Account, session=Session, verification_token=Token))
    assert "the column auth_accounts.user_id" in message
    assert 'user_id = mapped_column(ForeignKey("auth_users.id", ondelete="CASCADE"), index=True)' in message


def test_a_column_of_a_session_that_nothing_fills_is_refused() -> None:
    own = models(Integer)
    own.session.__table__.append_column(Column("tenant", Integer, nullable=False))
    own.session.__mapper__.add_property("tenant", own.session.__table__.c.tenant)
    assert "auth_sessions.tenant: it is NOT NULL and has no default" in refused(own)
