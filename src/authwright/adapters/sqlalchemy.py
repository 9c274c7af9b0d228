"""Users, accounts, sessions and e-mail links in an SQL database, through SQLAlchemy's asynchronous Core.

Each read is one query; each method that writes is one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import URL, ColumnElement, Executable, Select, and_, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from authwright.adapters.database import Database
from authwright.adapters.records import as_utc, new_user, token_fields, user_changes
from authwright.adapters.tables import (
    accounts,
    session_from,
    sessions,
    user_from,
    users,
    values_of,
    verification_tokens,
)
from authwright.types import Account, AdapterSession, User, VerificationToken


class SQLAlchemyAdapter:
    """An ``Adapter`` on SQLAlchemy; see ``Adapter`` for what each method does.

    Nothing is opened before the first call, and a call that fails because the database is away leaves nothing behind
    that keeps a later one from working.

    Args:
        url_or_engine: Such as ``sqlite+aiosqlite:///auth.db``; or an app's own ``AsyncEngine``, which is used as it
            is and which ``aclose`` leaves open.
        create_tables: Make what tables are missing at first use. None: on SQLite only.

    Raises:
        ConfigurationError: The URL cannot be read, or its driver is missing or not asynchronous.
    """

    def __init__(self, url_or_engine: str | URL | AsyncEngine, create_tables: bool | None = None) -> None:
        self._database = Database(url_or_engine, create_tables)

    async def create_user(self, user: User) -> User:
        made = new_user(user)
        await self._database.write(_insert_user(made))
        return made

    async def get_user(self, user_id: str) -> User | None:
        return await self._user(select(users).where(users.c.id == user_id))

    async def get_user_by_email(self, email: str) -> User | None:
        return await self._user(select(users).where(users.c.email == email))

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None:
        return await self._user(select(users).join(accounts).where(_is_account(provider, provider_account_id)))

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        this = users.c.id == user_id
        values = user_changes(changes)
        steps: list[Executable] = [update(users).where(this).values(values)] if values else []
        row = (await self._database.write(*steps, select(users).where(this))).row
        if row is None:
            raise KeyError(user_id)
        return user_from(row)

    async def delete_user(self, user_id: str) -> None:
        # Not left to ON DELETE CASCADE: an app's own engine for SQLite may not keep foreign keys.
        await self._database.write(
            delete(sessions).where(sessions.c.user_id == user_id),
            delete(accounts).where(accounts.c.user_id == user_id),
            delete(users).where(users.c.id == user_id),
        )

    async def link_account(self, account: Account) -> None:
        await self._database.write(_insert_account(account))

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        await self._database.write(delete(accounts).where(_is_account(provider, provider_account_id)))

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        made = replace(session, expires=as_utc(session.expires))
        await self._database.write(_insert_session(made))
        return made

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        row = await self._database.read(_SESSION_AND_USER, session_token=session_token)
        width = len(sessions.c)
        return (session_from(row[:width]), user_from(row[width:])) if row else None

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        this = sessions.c.session_token == session_token
        change = update(sessions).where(this).values(expires=as_utc(expires))
        if expected:
            change = change.where(sessions.c.expires == expected)
        row = (await self._database.write(change, select(sessions).where(this))).row
        return session_from(row) if row else None

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        deletion = delete(sessions).where(sessions.c.session_token == session_token).returning(sessions)
        row = (await self._database.write(deletion)).row
        return session_from(row) if row else None

    async def create_verification_token(self, token: VerificationToken) -> None:
        await self._database.write(insert(verification_tokens).values(values_of(verification_tokens, token)))

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        this = and_(verification_tokens.c.identifier == identifier, verification_tokens.c.token == token)
        # One statement, so that of two callers at one instant the database lets only one find the row.
        deletion = delete(verification_tokens).where(this).returning(verification_tokens.c.expires)
        row = (await self._database.write(deletion)).row
        return VerificationToken(identifier=identifier, token=token, expires=row[0]) if row else None

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        made = new_user(user)
        steps: list[Executable] = [_insert_user(made)]
        if account:
            steps.append(_insert_account(replace(account, user_id=made.id)))
        if session:
            steps.append(_insert_session(replace(session, user_id=made.id)))
        await self._database.write(*steps)
        return made

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        this = _is_account(account.provider, account.provider_account_id)
        unchanged = accounts.c.refresh_token.is_not_distinct_from(expected)
        swap = update(accounts).where(this, unchanged).values(token_fields(new))
        return (await self._database.write(swap)).matched == 1

    async def aclose(self) -> None:
        """Close the connections that the adapter opened. A later call opens new ones."""
        await self._database.aclose()

    async def _user(self, statement: Select[Any]) -> User | None:
        row = await self._database.read(statement)
        return user_from(row) if row else None


# Every request asks it. Made anew for each, it would take SQLAlchemy longer to recognise than SQLite to answer.
_SESSION_AND_USER = select(sessions, users).join(users).where(sessions.c.session_token == bindparam("session_token"))


def _is_account(provider: str, provider_account_id: str) -> ColumnElement[bool]:
    return and_(accounts.c.provider == provider, accounts.c.provider_account_id == provider_account_id)


def _insert_user(user: User) -> Executable:
    return insert(users).values(values_of(users, user))


def _insert_account(account: Account) -> Executable:
    return insert(accounts).values(values_of(accounts, account))


def _insert_session(session: AdapterSession) -> Executable:
    return insert(sessions).values(values_of(sessions, session))
