"""The interface of the two session strategies. One of them is chosen once, at construction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from authwright.http import Cookie, Request
from authwright.server.protocol.cookies import CookieOption
from authwright.server.sessions.presented import Issuer, PresentedToken
from authwright.types import JWT, Account, AdapterSession, Profile, Session, SessionInfo, User


@dataclass(slots=True, kw_only=True)
class SignedIn:
    """A user who has just proved their identity.

    ``row`` is the row of the new session, or None if sessions are tokens. ``stored`` is whether the user's id comes
    from the adapter.
    """

    user: User
    account: Account
    profile: Profile | None = None
    is_new_user: bool = False
    row: AdapterSession | None = None
    stored: bool = False


@dataclass(slots=True, kw_only=True)
class SessionUpdate:
    """The ``data`` that ``update(data)`` of the client sends, for the app's callback to check."""

    data: Any


@dataclass(slots=True)
class Current:
    """A session that was read: what the browser sees, and what is needed to renew it.

    ``updated`` is whether the client has changed the session with ``update(data)``. ``late`` is whether its token has
    expired and is valid only because of the leeway.
    """

    session: Session
    token: str = field(repr=False)
    expires: float
    claims: JWT | None = field(default=None, repr=False)
    row: AdapterSession | None = None
    updated: bool = False
    late: bool = False


# How long a logout token is remembered, in seconds: twice as long as it can be valid.
REMEMBERED = 2 * 3600


class Sessions(Issuer, Protocol):
    """A session strategy. ``cookies`` are those of the request, ``option`` is that of the session cookie."""

    async def read(self, presented: PresentedToken, now: float, update: SessionUpdate | None = None) -> Current | None:
        """Return the session of the token *presented*, as the callbacks have changed it.

        Return None if a callback failed, or if the session has expired by this host's clock, but not by the store's.
        Both cases are logged, and the cookie stays.

        Raises:
            InvalidToken: The token belongs to no session, or to one that has ended.
            AdapterError: The store is down.
        """

    async def renew(
        self, current: Current, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        """Extend the session until ``current.expires``. Return the cookies to set.

        Raises:
            InvalidToken: The session has ended since it was read.
            SessionTooLarge: The cookies would be too large.
        """

    async def new_row(self, provider: str, request: Request, now: float) -> AdapterSession | None:
        """Return the row of a session that begins with *request*, without its user; None if sessions are tokens."""

    async def begin(
        self, signed_in: SignedIn, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        """Return the cookies of a new session.

        Raises:
            AccessDenied: The ``jwt`` callback returned None.
            SessionTooLarge: The cookies would be too large.
        """

    async def end(self, presented: PresentedToken, now: float) -> JWT | AdapterSession | None:
        """End the session. Return its claims or its row, for the event, or None if there was no session."""

    async def outliving_id(self, presented: PresentedToken, now: float) -> str | None:
        """Return the session's id if its token stays valid after ``end``, or None.

        The sign-out marker (``protocol/signed_out.py``) must then contain this id.
        """

    async def of_user(self, user_id: str, now: float) -> list[SessionInfo]:
        """Return the user's sessions, most recently used first.

        Raises:
            ConfigurationError: The strategy or the adapter cannot list them.
        """

    async def end_one(self, user_id: str, session_id: str, now: float) -> bool:
        """End the user's session with the id *session_id* (see ``of_user``). Return whether there was one.

        Raises:
            ConfigurationError: The strategy or the adapter cannot list sessions.
        """

    async def end_all(self, user_id: str, now: float, keep: str | None) -> None:
        """End the user's sessions, except the one whose token is *keep*.

        Raises:
            ConfigurationError: The strategy or the adapter cannot do that.
            AdapterError: The store is down.
        """

    async def end_at_provider(self, user_id: str, provider: str, sid: str | None, now: float) -> list[AdapterSession]:
        """End the user's sessions that began with *provider*, or only the one that the provider calls *sid*.

        Sessions whose provider or sid is unknown are ended, too.

        Returns:
            The rows that were deleted.
        """

    def once(self, name: str, now: float) -> AbstractAsyncContextManager[None]:
        """Return a context manager for handling the logout token *name*. If its block raises, the token can be reused.

        Raises:
            Conflict: The token was used before.
            AdapterError: The store is down.
        """

    async def adapter_user_id(self, presented: PresentedToken, now: float) -> str | None:
        """Return the adapter's id of the session's user, or None if there is no session or no such id."""
