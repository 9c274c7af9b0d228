"""MariaDB databases whose default character set is not utf8mb4, and images in ``data:`` URLs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import URL, String, Text, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from authwright.adapters.base import Adapter
from authwright.adapters.conformance.samples import ALICE, BOB, GITHUB, session
from authwright.adapters.conformance.sign_up import SignUp
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.adapters.sqlalchemy.migrations import migrate
from authwright.adapters.sqlalchemy.models import AccountMixin, Models, SessionMixin, UserMixin, VerificationTokenMixin
from authwright.types import Account, User, VerificationToken

NAME = "김하나 👩🏽‍🚀 Ωmega"
IMAGE = "data:image/png;base64," + "A" * 200_000
COLUMNS = (
    "SELECT table_name, column_name, character_set_name FROM information_schema.columns"
    " WHERE table_schema = database() AND character_set_name IS NOT NULL AND table_name <> 'authwright_version'"
)


@pytest.fixture(params=["latin1", "utf8mb3", "ucs2", "utf8mb4"])
async def mariadb_of(request: pytest.FixtureRequest, mariadb: URL) -> URL:
    """An empty MariaDB database, with each default character set."""
    await run(mariadb, f"ALTER DATABASE {mariadb.database} CHARACTER SET {request.param}")
    return mariadb


async def run(url: URL, statement: str) -> list[tuple[str, ...]]:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        result = await connection.execute(text(statement))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    await engine.dispose()
    return rows


@pytest.fixture(params=["create_all", "migrate"])
async def adapter(request: pytest.FixtureRequest, mariadb_of: URL) -> AsyncIterator[SQLAlchemyAdapter]:
    """The adapter on its own tables, created in each way."""
    if request.param == "migrate":
        await migrate(mariadb_of.render_as_string(hide_password=False))
    adapter = SQLAlchemyAdapter(mariadb_of, create_tables=request.param == "create_all")
    yield adapter
    await adapter.aclose()


async def test_every_text_column_is_utf8mb4(adapter: SQLAlchemyAdapter, mariadb_of: URL) -> None:
    await adapter.get_user("unknown")
    found = await run(mariadb_of, COLUMNS)
    assert len(found) >= 21
    assert {kind for _, _, kind in found} == {"utf8mb4"}


async def test_text_of_every_script_is_stored_in_every_column(adapter: SQLAlchemyAdapter) -> None:
    user = User(id="", name=NAME, email=f"{NAME}@example.com", image=NAME, extra={NAME: NAME})
    account = Account(
        provider=NAME, type="oauth", provider_account_id=NAME, access_token=NAME, refresh_token=NAME,
        id_token=NAME, token_type=NAME, scope=NAME, session_state=NAME,
    )  # fmt: skip
    new = replace(session(NAME), provider=NAME, sid=NAME, ip=NAME, user_agent=NAME)
    created = await adapter.sign_up(user, account, new)
    assert await adapter.get_user_by_email(f"{NAME}@example.com") == created
    assert await adapter.list_accounts(created.id) == [replace(account, user_id=created.id)]
    found = await adapter.get_session_and_user(NAME)
    assert found == (replace(new, user_id=created.id), created)
    link = VerificationToken(identifier=NAME, token=NAME, expires=new.expires)
    await adapter.create_verification_token(link)
    assert await adapter.use_verification_token(NAME, NAME) == link


@pytest.mark.parametrize("charset", ["latin1", "utf8"])
async def test_the_character_set_in_the_url_does_not_limit_the_text(mariadb: URL, charset: str) -> None:
    adapter = SQLAlchemyAdapter(mariadb.update_query_dict({"charset": charset}), create_tables=True)
    created = await adapter.create_user(replace(ALICE, name=NAME))
    assert await adapter.get_user(created.id) == created
    await adapter.aclose()


async def test_tables_of_an_earlier_version_are_converted_with_their_text(mariadb: URL) -> None:
    await run(mariadb, f"ALTER DATABASE {mariadb.database} CHARACTER SET latin1")
    await migrate(mariadb.render_as_string(hide_password=False))
    await run(
        mariadb, "ALTER TABLE users MODIFY name TEXT CHARACTER SET latin1, MODIFY image TEXT CHARACTER SET latin1"
    )
    await run(mariadb, "INSERT INTO users (id, name, extra) VALUES ('7', 'José', '{}')")
    await run(mariadb, "UPDATE authwright_version SET version_num = 'authwright_0002'")
    await migrate(mariadb.render_as_string(hide_password=False))
    adapter = SQLAlchemyAdapter(mariadb)
    assert await adapter.get_user("7") == User(id="7", name="José")
    assert (await adapter.update_user("7", {"name": NAME, "image": IMAGE})).image == IMAGE
    await adapter.aclose()


async def test_an_image_of_more_than_64_kb_is_stored(database: URL) -> None:
    adapter = SQLAlchemyAdapter(database, create_tables=True)
    created = await adapter.sign_up(replace(ALICE, image=IMAGE), GITHUB, session())
    assert created.image == IMAGE
    assert await adapter.get_user(created.id) == created
    await adapter.aclose()


class Base(DeclarativeBase):
    pass


class ShortUser(UserMixin, Base):
    image: Mapped[str | None] = mapped_column(String(255))


class ShortAccount(AccountMixin, Base):
    pass


class ShortSession(SessionMixin, Base):
    pass


class ShortToken(VerificationTokenMixin, Base):
    pass


class OldBase(DeclarativeBase):
    pass


class OldUser(UserMixin, OldBase):
    image: Mapped[str | None] = mapped_column(Text)


class OldAccount(AccountMixin, OldBase):
    pass


class OldSession(SessionMixin, OldBase):
    pass


class OldToken(VerificationTokenMixin, OldBase):
    pass


SHORT = Models(user=ShortUser, account=ShortAccount, session=ShortSession, verification_token=ShortToken)
OLD = Models(user=OldUser, account=OldAccount, session=OldSession, verification_token=OldToken)


async def test_an_image_that_does_not_fit_is_dropped_with_a_log_line(
    server: URL, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = SQLAlchemyAdapter(server, create_tables=True, models=SHORT)
    created = await adapter.sign_up(replace(ALICE, image=IMAGE), GITHUB, session())
    assert created.image is None
    assert await adapter.get_user(created.id) == created
    assert (await adapter.update_user(created.id, {"image": "x" * 256})).image is None
    assert (await adapter.update_user(created.id, {"image": "x" * 255})).image == "x" * 255
    assert [line.args and line.args[0] for line in caplog.records] == ["IMAGE_TOO_LONG"] * 2
    await adapter.aclose()


@pytest.mark.parametrize(("size", "is_stored"), [(65_535, True), (65_536, False)])
async def test_an_image_fits_into_text_of_mariadb_up_to_64_kb(mariadb: URL, size: int, is_stored: bool) -> None:
    adapter = SQLAlchemyAdapter(mariadb, create_tables=True, models=OLD)
    created = await adapter.create_user(replace(BOB, image="x" * size))
    assert (created.image is not None) == is_stored
    assert await adapter.get_user(created.id) == created
    await adapter.aclose()


class TestContractOnLatin1(SignUp):
    @pytest.fixture
    async def store(self, mariadb: URL) -> AsyncIterator[Adapter]:
        await run(mariadb, f"ALTER DATABASE {mariadb.database} CHARACTER SET latin1")
        adapter = SQLAlchemyAdapter(mariadb, create_tables=True)
        yield adapter
        await adapter.aclose()
