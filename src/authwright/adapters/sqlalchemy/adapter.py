"""A store of users, accounts, sessions and e-mail links in an SQL database, on SQLAlchemy's asynchronous Core.

Each read is one query, and each method that writes is one transaction. The adapter never creates ORM objects; it uses
an app's own models only to learn the tables and columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Executable, Select, and_, bindparam, delete, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.failures import NoSuchUser, wrong_foreign_key
from authwright.adapters.records import as_utc, session_in_utc, token_fields, user_changes
from authwright.adapters.sqlalchemy.clock import instant_of
from authwright.adapters.sqlalchemy.connecting.engine import Given, Source
from authwright.adapters.sqlalchemy.connecting.url import OPTION as URL_OPTION
from authwright.adapters.sqlalchemy.database import MIGRATE, SQLDatabase, Work
from authwright.adapters.sqlalchemy.mapping.images import ImageColumn
from authwright.adapters.sqlalchemy.mapping.model_checks import OPTION
from authwright.adapters.sqlalchemy.mapping.node import NODE
from authwright.adapters.sqlalchemy.mapping.schema import Entity, Schema, Value, schema_of
from authwright.adapters.sqlalchemy.models import Models
from authwright.adapters.sqlalchemy.tables import MODELS
from authwright.adapters.tidying import BATCH, Tidying, delete_in_batches
from authwright.errors import AuthwrightError, ConfigurationError
from authwright.types import Account, AdapterSession, User, VerificationToken

__all__ = ["SQLAlchemyAdapter"]

Preset: TypeAlias = Literal["pg", "prisma"]

# What to do if a table or column is missing.
_CREATE_MODELS = "Create it with the migrations of your app, or with `await adapter.create_all()`."
_REMEDIES = {
    "pg": "Create the tables of @auth/pg-adapter, then run `authwright migrate --schema pg`.",
    "prisma": "Create the tables of @next-auth/prisma-adapter with `npx prisma migrate deploy`.",
}


class SQLAlchemyAdapter:
    """An ``Adapter`` on SQLAlchemy. ``Adapter`` describes the methods.

    The adapter opens no connection before the first call. If a call fails because the database is down, a later call
    works again.

    Each event loop opens its own connections, and so does each process after a fork. An app's own engine belongs to
    the loop that uses it first, until ``await engine.dispose()``.

    Args:
        url_or_engine: A URL such as ``sqlite+aiosqlite:///auth.db`` or ``postgresql+asyncpg://...``, an app's own
            ``AsyncEngine``, or an ``async_sessionmaker`` that has one. An app's own engine is used as it is and is
            not closed.
        create_tables: Whether to create missing tables at first use. None means on SQLite only.
        schema: Use the tables of a Node adapter instead of ours: ``"pg"`` for those of ``@auth/pg-adapter``, or
            ``"prisma"`` for those of ``@next-auth/prisma-adapter``. Both need PostgreSQL.
        models: Use the app's own models instead of ours.
        timeout: The deadline for all store work of one request, in seconds: connecting, waiting for a connection, and
            queries. After that the server responds with 503, and the connection is dropped.

    Raises:
        ConfigurationError: The URL is invalid; its driver is missing or not asynchronous; *schema* or *models* cannot
            be used; or *timeout* is not positive. A method raises it, too, if the app's own engine is used on a second
            event loop.
    """

    def __init__(
        self,
        url_or_engine: Given,
        create_tables: bool | None = None,
        *,
        schema: Preset | None = None,
        models: Models | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        source = Source.of(url_or_engine)
        self.timeout: float = check_timeout(timeout)
        self._schema = _choose(schema, models, source)
        self._users = self._schema.users
        self._accounts = self._schema.accounts
        self._sessions = self._schema.sessions
        self._tokens = self._schema.verification_tokens
        self._images = ImageColumn(self._users["image"], source.dialect)
        self._database = SQLDatabase(
            source,
            self._schema.tables,
            create_tables,
            timeout,
            option=OPTION if models else URL_OPTION,
            remedy=_CREATE_MODELS if models else _REMEDIES.get(schema or "", MIGRATE),
        )
        self._tidying = Tidying()
        self._clock = select(instant_of(source.backend))
        # Every request runs one of these two queries, so they are built once: SQLAlchemy would take longer to build and
        # recognise a query than SQLite takes to run it.
        self._session_and_user = (
            select(*self._sessions.selected, *self._users.selected)
            .join_from(self._sessions.table, self._users.table, self._users["id"] == self._sessions["user_id"])
            .where(self._sessions["session_token"] == bindparam("session_token"))
        )
        self._user_by_id = select(*self._users.selected).where(self._users["id"] == bindparam("user_id"))

    async def create_all(self) -> None:
        """Create the missing tables. This is for small apps; others use migrations (``authwright migrate``)."""
        await self._database.create_all()

    async def create_user(self, user: User) -> User:
        return await self.sign_up(user, None, None)

    async def get_user(self, user_id: str) -> User | None:
        return await self._user(self._user_by_id, user_id=self._users.key(user_id))

    async def get_user_by_email(self, email: str) -> User | None:
        return await self._user(select(*self._users.selected).where(self._users["email"] == email))

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None:
        query = select(*self._users.selected).join_from(
            self._users.table, self._accounts.table, self._users["id"] == self._accounts["user_id"]
        )
        return await self._user(query.where(self._is_account(provider, provider_account_id)))

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        checked = user_changes(changes)
        if "extra" in checked:
            checked["extra"] = self._users.stored_extra(checked["extra"])
        if "image" in checked:
            checked["image"] = self._images.fitting(checked["image"])
        row = self._users.row(checked)
        key = self._users.key(user_id)
        change = update(self._users.table).where(self._users["id"] == key).values(row)

        async def work(connection: AsyncConnection) -> User:
            if row:
                await connection.execute(change)
            found = (await connection.execute(self._user_by_id, {"user_id": key})).first()
            if found is None:
                raise KeyError(user_id)
            return self._users.value(found)

        return await self._write_user(work)

    async def delete_user(self, user_id: str) -> None:
        # Do not rely on ON DELETE CASCADE: an app's own SQLite engine may not enforce foreign keys, and the tables of a
        # Node adapter may not have any.
        await self._write(
            delete(self._sessions.table).where(self._sessions["user_id"] == self._sessions.key(user_id)),
            delete(self._accounts.table).where(self._accounts["user_id"] == self._accounts.key(user_id)),
            delete(self._users.table).where(self._users["id"] == self._users.key(user_id)),
        )

    async def link_account(self, account: Account) -> None:
        await self._write(self._insert_account(account, account.user_id))

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        await self._write(delete(self._accounts.table).where(self._is_account(provider, provider_account_id)))

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        created = session_in_utc(session)
        await self._write(self._insert_session(created, session.user_id))
        await self._tidy()
        return created

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        row = await self._database.read_one(self._session_and_user, session_token=session_token)
        width = len(self._sessions.selected)
        return (self._sessions.value(row[:width]), self._users.value(row[width:])) if row else None

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        this = self._sessions["session_token"] == session_token
        unmoved = self._sessions["expires"] == self._sessions.instant("expires", expected) if expected else this
        change = update(self._sessions.table).where(this, unmoved).values(self._sessions.row({"expires": expires}))

        async def work(connection: AsyncConnection) -> AdapterSession | None:
            await connection.execute(change)
            row = (await connection.execute(select(*self._sessions.selected).where(this))).first()
            return self._sessions.value(row) if row else None

        return await self._database.write(work)

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        this = self._sessions["session_token"] == session_token
        return await self._take(self._sessions, this)

    async def list_sessions(self, user_id: str) -> Sequence[AdapterSession]:
        query = select(*self._sessions.selected).where(self._sessions["user_id"] == self._sessions.key(user_id))
        return [self._sessions.value(row) for row in await self._database.read_all(query)]

    async def list_accounts(self, user_id: str) -> Sequence[Account]:
        query = select(*self._accounts.selected).where(self._accounts["user_id"] == self._accounts.key(user_id))
        return [self._accounts.value(row) for row in await self._database.read_all(query)]

    async def now(self) -> datetime:
        """Return the current time of the database's clock, in UTC."""
        row = await self._database.read_one(self._clock)
        assert row
        now: datetime = row[0]
        return now

    async def delete_expired(self, now: datetime | None = None) -> int:
        """Delete the sessions and e-mail links that have expired by the database's clock.

        Args:
            now: An additional limit: delete only those that expired before this time.

        Returns:
            The number of deleted rows.
        """
        return await delete_in_batches(self._delete_some_expired, await self.now(), now)

    async def create_verification_token(self, token: VerificationToken) -> None:
        await self._write(insert(self._tokens.table).values(self._tokens.row(token)))
        await self._tidy()

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        this = and_(self._tokens["identifier"] == identifier, self._tokens["token"] == token)
        return await self._take(self._tokens, this)

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        user = replace(user, image=self._images.fitting(user.image))

        async def work(connection: AsyncConnection) -> User:
            created = await self._insert_user(connection, user)
            if account:
                await connection.execute(self._insert_account(account, created.id))
            if session:
                await connection.execute(self._insert_session(session, created.id))
            return created

        owner = await self._write_user(work)
        if session:
            await self._tidy()
        return owner

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        this = self._is_account(account.provider, account.provider_account_id)
        unchanged = self._accounts["refresh_token"].is_not_distinct_from(expected)
        swap = update(self._accounts.table).where(this, unchanged).values(self._accounts.row(token_fields(new)))

        async def work(connection: AsyncConnection) -> bool:
            return (await connection.execute(swap)).rowcount == 1

        return await self._database.write(work)

    async def aclose(self) -> None:
        """Close the connections that the adapter opened, on all event loops. The next call opens new ones."""
        await self._database.aclose()

    async def _tidy(self) -> None:
        if not self._tidying.is_due():
            return
        # Cleaning up is optional: the write before it has succeeded, and a later clean-up deletes what this one could
        # not.
        with suppress(DBAPIError, AuthwrightError, OSError):
            await self._delete_some_expired(await self.now())

    async def _delete_some_expired(self, now: datetime) -> int:
        async def work(connection: AsyncConnection) -> int:
            deleted = 0
            for entity, name in ((self._sessions, "session_token"), (self._tokens, "token")):
                key, expired = entity[name], entity["expires"] < entity.instant("expires", now)
                # Two statements, because MySQL does not support LIMIT in a subquery. The second checks the expiry
                # again, because a session may have been renewed since the first.
                keys = (await connection.execute(select(key).where(expired).limit(BATCH))).scalars().all()
                if keys:
                    gone = delete(entity.table).where(key.in_(keys), expired)
                    deleted += (await connection.execute(gone)).rowcount
            return deleted

        return await self._database.write(work)

    async def _write(self, *statements: Executable) -> None:
        async def work(connection: AsyncConnection) -> None:
            for statement in statements:
                await connection.execute(statement)

        await self._database.write(work)

    async def _write_user(self, work: Work[User]) -> User:
        try:
            return await self._database.write(work)
        except NoSuchUser as error:
            # The user exists, so this is a foreign key that the app added.
            raise wrong_foreign_key(OPTION, error.where) from None

    async def _take(self, entity: Entity[Value], this: ColumnElement[bool]) -> Value | None:
        """Delete the row, and return it only to the caller that deleted it."""

        async def work(connection: AsyncConnection) -> Value | None:
            # MySQL's DELETE cannot return the row. If several callers select it, only one of them deletes it.
            row = (await connection.execute(select(*entity.selected).where(this))).first()
            deleted = (await connection.execute(delete(entity.table).where(this))).rowcount if row else 0
            return entity.value(row) if row and deleted == 1 else None

        return await self._database.write(work)

    async def _user(self, statement: Select[Any], **parameters: object) -> User | None:
        row = await self._database.read_one(statement, **parameters)
        return self._users.value(row) if row else None

    def _is_account(self, provider: str, provider_account_id: str) -> ColumnElement[bool]:
        return and_(
            self._accounts["provider"] == provider, self._accounts["provider_account_id"] == provider_account_id
        )

    async def _insert_user(self, connection: AsyncConnection, user: User) -> User:
        verified = user.email_verified and as_utc(user.email_verified)
        user = replace(user, extra=self._users.stored_extra(user.extra))
        row = self._users.row(user, email_verified=verified)
        del row[self._users["id"]]
        result = await connection.execute(insert(self._users.table).values(row | self._users.new_key()))
        user_id = self._users.id_of(result.inserted_primary_key)
        created = replace(deepcopy(user), id=user_id, email_verified=verified)
        if not self._users.added:
            return created
        # Read the row back, because the columns that the app added may have defaults.
        stored = await connection.execute(self._user_by_id, {"user_id": self._users.key(created.id)})
        return self._users.value(stored.one())

    def _insert_account(self, account: Account, user_id: str | None) -> Executable:
        return insert(self._accounts.table).values(self._accounts.row(account, user_id=self._accounts.owner(user_id)))

    def _insert_session(self, session: AdapterSession, user_id: str) -> Executable:
        return insert(self._sessions.table).values(self._sessions.row(session, user_id=self._sessions.owner(user_id)))


def _choose(preset: Preset | None, models: Models | None, source: Source) -> Schema:
    if preset is None:
        return schema_of(models or MODELS, source.dialect)
    if preset not in NODE:
        problem = f"{preset!r} is not a known schema."
        raise ConfigurationError("schema", problem, f"Use one of: {', '.join(map(repr, NODE))}. Or remove the option.")
    if models:
        problem = "schema= and models= cannot be combined, because both define the tables."
        raise ConfigurationError("schema", problem, "Remove one of them.")
    if source.backend != "postgresql":
        problem = f"{preset!r} works with PostgreSQL only."
        raise ConfigurationError("schema", problem, "Use a URL such as 'postgresql+asyncpg://...'.")
    return NODE[preset]
