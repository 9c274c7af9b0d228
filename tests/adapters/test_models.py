"""Models of the app: other key types, extra columns, and the app's own session maker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import URL, ForeignKey, String, Text, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from authwright.adapters.base import Adapter
from authwright.adapters.conformance import AdapterConformance
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, session
from authwright.adapters.conformance.sign_up import SignUp
from authwright.adapters.sqlalchemy import (
    AccountMixin,
    Models,
    SessionMixin,
    SQLAlchemyAdapter,
    UserMixin,
    VerificationTokenMixin,
)
from authwright.errors import ConfigurationError


class Base(DeclarativeBase):
    pass


class Person(UserMixin, Base):
    """A user with an integer key, a renamed column and additional columns."""

    __tablename__ = "people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column("display_name", Text)
    role: Mapped[str] = mapped_column(String(20), default="reader")
    joined: Mapped[datetime | None] = mapped_column(server_default=func.now())


class Account(AccountMixin, Base):
    user_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))


class Session(SessionMixin, Base):
    user_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))


class VerificationToken(VerificationTokenMixin, Base):
    pass


class Counting(DeclarativeBase):
    pass


class CountedUser(UserMixin, Counting):
    id: Mapped[int] = mapped_column(primary_key=True)


class CountedAccount(AccountMixin, Counting):
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class CountedSession(SessionMixin, Counting):
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class CountedToken(VerificationTokenMixin, Counting):
    pass


class Random(DeclarativeBase):
    pass


class RandomUser(UserMixin, Random):
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class RandomAccount(AccountMixin, Random):
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class RandomSession(SessionMixin, Random):
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))


class RandomToken(VerificationTokenMixin, Random):
    pass


PEOPLE = Models(user=Person, account=Account, session=Session, verification_token=VerificationToken)
COUNTED = Models(user=CountedUser, account=CountedAccount, session=CountedSession, verification_token=CountedToken)
RANDOM = Models(user=RandomUser, account=RandomAccount, session=RandomSession, verification_token=RandomToken)


class TestCountedKeys(AdapterConformance):
    @pytest.fixture
    async def adapter(self, tmp_path: Path) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db", models=COUNTED)
        yield adapter
        await adapter.aclose()


@pytest.mark.parametrize("models", [COUNTED, RANDOM], ids=["counted", "random"])
class TestKeysOfAnotherTypeOnPostgreSQL(SignUp):
    @pytest.fixture
    async def store(self, postgres: URL, models: Models) -> AsyncIterator[Adapter]:
        adapter = SQLAlchemyAdapter(postgres, create_tables=True, models=models)
        yield adapter
        await adapter.aclose()


@pytest.fixture
async def maker(database: URL) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """The session maker of the app, on each kind of database."""
    engine = create_async_engine(database)
    yield async_sessionmaker(engine)
    await engine.dispose()


@pytest.fixture
async def adapter(maker: async_sessionmaker[AsyncSession]) -> SQLAlchemyAdapter:
    adapter = SQLAlchemyAdapter(maker, models=PEOPLE)
    await adapter.create_all()
    return adapter


async def test_the_app_reads_what_the_adapter_wrote(
    adapter: SQLAlchemyAdapter, maker: async_sessionmaker[AsyncSession]
) -> None:
    created = await adapter.sign_up(replace(ALICE, extra={"role": "editor", "plan": "free"}), GITHUB, session())
    async with maker() as reading:
        person = (await reading.scalars(select(Person))).one()
        assert (str(person.id), person.name) == (created.id, "Alice")
        assert (person.role, person.extra) == ("editor", {"plan": "free"})
        assert (await reading.scalars(select(Account))).one().user_id == person.id


async def test_the_adapter_reads_what_the_app_wrote(
    adapter: SQLAlchemyAdapter, maker: async_sessionmaker[AsyncSession]
) -> None:
    async with maker.begin() as writing:
        writing.add(Person(id=7, name="Bob", email="bob@example.com", role="owner"))
    found = await adapter.get_user("7")
    assert found is not None
    assert (found.name, found.extra["role"]) == ("Bob", "owner")


async def test_the_apps_own_columns_appear_in_extra(adapter: SQLAlchemyAdapter) -> None:
    created = await adapter.create_user(BOB)
    assert created.extra.keys() == {"role", "joined"}
    assert created.extra["role"] == "reader"
    assert isinstance(created.extra["joined"], datetime)
    changed = await adapter.update_user(created.id, {"extra": {"role": "owner", "plan": "free"}})
    assert changed == replace(created, extra={**created.extra, "role": "owner", "plan": "free"})
    assert await adapter.get_user(created.id) == changed


@pytest.mark.parametrize("user_id", ["", "unknown", "01", " 1", "1.0", "-1", "9" * 30, "9" * 5000, "١"])
async def test_text_that_is_not_a_key_finds_no_user(adapter: SQLAlchemyAdapter, user_id: str) -> None:
    assert (await adapter.create_user(BOB)).id == "1"
    assert await adapter.get_user(user_id) is None
    await adapter.delete_user(user_id)
    assert await adapter.get_user("1") is not None


async def test_tables_are_created_only_on_request(postgres: URL) -> None:
    adapter = SQLAlchemyAdapter(postgres, models=PEOPLE)
    with pytest.raises(Exception, match="people"):
        await adapter.get_user("1")
    await adapter.create_all()
    assert await adapter.get_user("1") is None
    await adapter.aclose()


def test_models_without_a_required_column_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="models: the class for 'user' lacks email") as refused:
        SQLAlchemyAdapter("sqlite+aiosqlite://", models=replace(PEOPLE, user=Session))
    assert refused.value.option == "models"
    with pytest.raises(ConfigurationError, match="not a mapped class"):
        SQLAlchemyAdapter("sqlite+aiosqlite://", models=replace(PEOPLE, user=UserMixin))


def test_a_session_maker_without_an_engine_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="session maker"):
        SQLAlchemyAdapter(async_sessionmaker())
