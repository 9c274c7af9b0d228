"""The interface of a store for users, accounts, sessions and e-mail links: NextAuth.js v4's adapter in snake_case.

Rules for every adapter:
1. All datetimes are timezone-aware and in UTC, however the store represents them. A method that receives a datetime
   without a time zone raises ``ValueError``.
2. ``(provider, provider_account_id)`` is unique and compared exactly, and so is the e-mail address of a user.
3. ``use_verification_token`` returns a token only once, to a single caller, even if several callers use it at the same
   time.
4. ``sign_up`` is atomic: it creates everything that it receives, or nothing.
5. ``update_session`` never restores a session that was deleted.
6. An adapter that opens connections has a method ``aclose()`` that closes them. ``Auth.aclose`` calls it.
7. A write that violates rule 2, or that refers to a user who does not exist, raises ``errors.Conflict``. If the store
   fails, any exception of the driver may be raised.

``authwright.adapters.conformance`` checks these rules. An adapter without ``async`` methods is a ``SyncAdapter``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from authwright.types import Account, AdapterSession, User, VerificationToken

__all__ = ["AccountLister", "Adapter", "SessionLister", "StoreClock"]


class Adapter(Protocol):
    """A store. For v4's description, see https://next-auth.js.org/tutorials/creating-a-database-adapter."""

    async def create_user(self, user: User) -> User:
        """Store *user* under a new id and return it with that id. The ``id`` of *user* is ignored.

        Raises:
            Conflict: Another user has this e-mail address.
        """

    async def get_user(self, user_id: str) -> User | None:
        """Return the user with this id, or None."""

    async def get_user_by_email(self, email: str) -> User | None:
        """Return the user with this e-mail address, or None."""

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None:
        """Return the user to whom this account is linked, or None."""

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        """Change some fields of a user and return the user.

        Args:
            user_id: The user's id.
            changes: The new values, by the names of fields of ``User``. All other fields keep their values.

        Raises:
            Conflict: Another user has this e-mail address.
            KeyError: There is no user with this id.
            TypeError: *changes* contains ``id``, or a name that is not a field of ``User``.
        """

    async def delete_user(self, user_id: str) -> None:
        """Delete the user, with all accounts and sessions of the user."""

    async def link_account(self, account: Account) -> None:
        """Store *account*, whose ``user_id`` is set.

        Raises:
            Conflict: The account is already linked, or the user does not exist.
        """

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        """Delete the account, if it exists."""

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        """Store *session* and return it.

        Raises:
            Conflict: The session token is taken, or the user does not exist.
        """

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        """Return the session and its user, or None."""

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        """Set the expiry of a session, and return the session as it is now, or None if it does not exist.

        Args:
            session_token: The session token.
            expires: The new expiry.
            expected: If given, change the expiry only if its present value is *expected*. If several requests refresh
                a session at the same time, only one of them is then written. An adapter without this parameter, such
                as one ported from v4, works too, but writes each refresh.
        """

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        """Delete the session. Return the deleted session, or None if it does not exist."""

    async def create_verification_token(self, token: VerificationToken) -> None:
        """Store *token*.

        Raises:
            Conflict: The same token is already stored for this identifier.
        """

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        """Delete the token and return it. Return None if it does not exist or was used before."""

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        """Create a user and, if given, an account and a session of the user, in one transaction.

        The ``user_id`` of *account* and of *session* is ignored; the id of the new user is stored instead.

        Returns:
            The user with the new id.

        Raises:
            Conflict: The e-mail address, the account or the session token is taken. Nothing is created.
        """

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        """Replace the token fields of *account* with those of *new* if its refresh token is still *expected*.

        Returns:
            Whether the tokens were replaced.
        """


class SessionLister(Protocol):
    """An optional method of an adapter, needed to show and to end the sessions of a user."""

    async def list_sessions(self, user_id: str) -> Sequence[AdapterSession]:
        """Return the sessions of the user, in any order. The list may contain expired sessions."""


class StoreClock(Protocol):
    """An optional method of an adapter: the clock of its store."""

    async def now(self) -> datetime:
        """Return the current time of the store's clock, timezone-aware and in UTC.

        If several hosts share the store, its clock decides what has expired, so that a host whose clock is fast does
        not delete what the other hosts still accept. Without this method, each host uses its own clock.
        """


class AccountLister(Protocol):
    """An optional method of an adapter, needed to show and to unlink accounts and to refresh their tokens."""

    async def list_accounts(self, user_id: str) -> Sequence[Account]:
        """Return the accounts of the user, in any order."""
