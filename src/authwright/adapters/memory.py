"""A store in the memory of the process, for tests. It is empty at each start and is not shared with other processes.

No method awaits anything, so each method is atomic. The store copies all values that it receives and returns.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from authwright.adapters.records import as_utc, new_user, session_in_utc, token_fields, user_changes
from authwright.errors import Conflict
from authwright.types import Account, AdapterSession, User, VerificationToken

__all__ = ["MemoryAdapter"]


class MemoryAdapter:
    """An ``Adapter`` on dictionaries. ``Adapter`` describes the methods."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._accounts: dict[tuple[str, str], Account] = {}
        self._sessions: dict[str, AdapterSession] = {}
        self._tokens: dict[tuple[str, str], VerificationToken] = {}

    async def create_user(self, user: User) -> User:
        return self._add_user(user)

    async def get_user(self, user_id: str) -> User | None:
        return deepcopy(self._users.get(user_id))

    async def get_user_by_email(self, email: str) -> User | None:
        return deepcopy(next((user for user in self._users.values() if user.email == email), None))

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None:
        account = self._accounts.get((provider, provider_account_id))
        return deepcopy(self._users[account.user_id]) if account and account.user_id else None

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        user = replace(self._users[user_id], **user_changes(deepcopy(dict(changes))))
        self._check_email(user)
        self._users[user_id] = user
        return deepcopy(user)

    async def delete_user(self, user_id: str) -> None:
        self._users.pop(user_id, None)
        self._accounts = {key: one for key, one in self._accounts.items() if one.user_id != user_id}
        self._sessions = {key: one for key, one in self._sessions.items() if one.user_id != user_id}

    async def link_account(self, account: Account) -> None:
        self._check_owner(account.user_id)
        self._check_account(account)
        self._add_account(account)

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        self._accounts.pop((provider, provider_account_id), None)

    async def list_accounts(self, user_id: str) -> Sequence[Account]:
        return [replace(account) for account in self._accounts.values() if account.user_id == user_id]

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        self._check_owner(session.user_id)
        self._check_session(session)
        return self._add_session(session)

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        session = self._sessions.get(session_token)
        return (replace(session), deepcopy(self._users[session.user_id])) if session else None

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        session = self._sessions.get(session_token)
        if session is None:
            return None
        if expected is None or session.expires == expected:
            session.expires = as_utc(expires)
        return replace(session)

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        return self._sessions.pop(session_token, None)

    async def list_sessions(self, user_id: str) -> Sequence[AdapterSession]:
        return [replace(session) for session in self._sessions.values() if session.user_id == user_id]

    async def now(self) -> datetime:
        """Return the current time of this host, in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)

    async def create_verification_token(self, token: VerificationToken) -> None:
        key = (token.identifier, token.token)
        if key in self._tokens:
            raise Conflict("This verification token already exists.")
        self._tokens[key] = replace(token, expires=as_utc(token.expires))

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        return self._tokens.pop((identifier, token), None)

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        if account:
            self._check_account(account)
        if session:
            self._check_session(session)
        created = self._add_user(user)
        if account:
            self._add_account(replace(account, user_id=created.id))
        if session:
            self._add_session(replace(session, user_id=created.id))
        return created

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        key = (account.provider, account.provider_account_id)
        stored = self._accounts.get(key)
        if stored is None or stored.refresh_token != expected:
            return False
        self._accounts[key] = replace(stored, **token_fields(new))
        return True

    async def aclose(self) -> None:
        """Do nothing: there are no connections to close, and the stored values stay."""

    def _add_user(self, user: User) -> User:
        created = new_user(deepcopy(user))
        self._check_email(created)
        self._users[created.id] = created
        return deepcopy(created)

    def _add_account(self, account: Account) -> None:
        self._accounts[account.provider, account.provider_account_id] = replace(account)

    def _add_session(self, session: AdapterSession) -> AdapterSession:
        created = session_in_utc(session)
        self._sessions[created.session_token] = created
        return replace(created)

    def _check_email(self, user: User) -> None:
        others = (one for one in self._users.values() if one.id != user.id)
        if user.email is not None and any(one.email == user.email for one in others):
            raise Conflict("Another user has this e-mail address.")

    def _check_owner(self, user_id: str | None) -> None:
        if user_id not in self._users:
            raise Conflict("The user of the account or session does not exist.")

    def _check_account(self, account: Account) -> None:
        if (account.provider, account.provider_account_id) in self._accounts:
            raise Conflict("This account already exists.")

    def _check_session(self, session: AdapterSession) -> None:
        as_utc(session.expires)
        if session.session_token in self._sessions:
            raise Conflict("This session already exists.")
