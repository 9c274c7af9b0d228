"""The adapter: what a store of users, accounts, sessions and e-mail links does. NextAuth.js v4's, in snake_case.

Rules that every adapter keeps:
1. Datetimes are aware and in UTC, whatever the store keeps.
2. ``(provider, provider_account_id)`` is unique, and compared exactly; so is a user's e-mail address.
3. ``use_verification_token`` answers a token once, to one caller, however many ask at the same instant.
4. ``sign_up`` makes all that it is given, or nothing.
5. ``update_session`` never brings back a session that was deleted.
6. One that opens pools or connections has ``aclose()``, which gives them back; ``Auth.aclose`` calls it.
7. A violated uniqueness raises ``errors.Conflict``; any other failure may raise what the driver raises.

``authwright.adapters.conformance`` checks them. An adapter without ``async`` is a ``SyncAdapter``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from authwright.types import Account, AdapterSession, User, VerificationToken


class Adapter(Protocol):
    """A store. See https://next-auth.js.org/tutorials/creating-a-database-adapter for v4's page about it."""

    async def create_user(self, user: User) -> User:
        """Store *user* under a new id, whatever its ``id`` says; answer it with that id. Raises ``Conflict``."""

    async def get_user(self, user_id: str) -> User | None: ...

    async def get_user_by_email(self, email: str) -> User | None: ...

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None: ...

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        """Change the named fields of ``User`` and no others; answer the user. Raises ``Conflict`` and ``KeyError``."""

    async def delete_user(self, user_id: str) -> None:
        """Delete the user with its accounts and sessions."""

    async def link_account(self, account: Account) -> None:
        """Store *account*, whose ``user_id`` is set. Raises ``Conflict``."""

    async def unlink_account(self, provider: str, provider_account_id: str) -> None: ...

    async def create_session(self, session: AdapterSession) -> AdapterSession: ...

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None: ...

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        """Set when the session expires; with *expected*, only if it expires then so far, so that of many refreshes at
        once one is written. Answers the session as it stands now; None where there is none.

        An adapter without *expected*, as v4's are, works too; each of those refreshes is written then.
        """

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        """Delete the session; answer what was deleted, if anything was."""

    async def create_verification_token(self, token: VerificationToken) -> None: ...

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        """Take the token out of the store and answer it; None where it is not there (any more)."""

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        """Make a user, and its account and session where given, in one transaction; answer the user with its new id.

        The ``user_id`` of *account* and *session* is what is made here, whatever they say. Raises ``Conflict``.
        """

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        """Give the account *new*'s token fields if its refresh token is still *expected*; say whether it was."""


class SessionLister(Protocol):
    """What an adapter has beside v4's methods where the sessions of a user can be shown and ended."""

    async def list_sessions(self, user_id: str) -> Sequence[AdapterSession]:
        """The user's sessions, expired ones among them, in any order."""


class StoreClock(Protocol):
    """What an adapter has beside v4's methods if its store has a clock of its own."""

    async def now(self) -> datetime:
        """Return the time by the store's clock, aware and in UTC.

        If several hosts share the store, it decides what has expired: a host whose clock is fast then deletes nothing
        that the others still accept. Without this method each host goes by its own clock.
        """


class AccountLister(Protocol):
    """What an adapter has beside v4's methods where accounts can be shown and unlinked, and their tokens refreshed."""

    async def list_accounts(self, user_id: str) -> Sequence[Account]:
        """The user's accounts, in any order."""
