"""What the two session strategies have in common: one interface, chosen once, at construction."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from authwright.http import Cookie, Request
from authwright.protocol.cookies import CookieOption
from authwright.sessions.presented import PresentedToken
from authwright.types import JWT, Account, AdapterSession, Profile, Session, SessionInfo, User


@dataclass(slots=True, kw_only=True)
class SignedIn:
    """A user who has just proved their identity.

    ``row`` is the session's, if sessions are rows. ``stored`` says that the user's id is the adapter's.
    """

    user: User
    account: Account
    profile: Profile | None = None
    is_new_user: bool = False
    row: AdapterSession | None = None
    stored: bool = False


@dataclass(slots=True, kw_only=True)
class Update:
    """What ``update(data)`` of the client sends: the ``data``, for the app's callback to judge."""

    data: Any


@dataclass(slots=True)
class Current:
    """A session that was read: what the browser sees of it, and what is needed to renew it.

    *updated*: the client has changed it by ``update(data)``.
    """

    session: Session
    token: str = field(repr=False)
    expires: float
    claims: JWT | None = field(default=None, repr=False)
    row: AdapterSession | None = None
    updated: bool = False


# Seconds for which a logout token is remembered: twice as long as one may live.
REMEMBERED = 2 * 3600


class Sessions(Protocol):
    """A session strategy. ``cookies`` are those of the request, ``option`` names the session's."""

    async def read(self, presented: PresentedToken, now: float, update: Update | None = None) -> Current | None:
        """Return the session of the token *presented*, as the callbacks want it shown.

        Return None if a callback failed: the failure is logged, and the cookie stays.

        Raises:
            InvalidToken: The token belongs to no session, or to one that has ended.
            AdapterError: The store is down.
        """

    async def renew(
        self, current: Current, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        """Let the session live on until ``current.expires``; answer the cookies that say so.

        Raises ``InvalidToken`` where the session was ended since it was read, ``SessionTooLarge``.
        """

    async def new_row(self, provider: str, request: Request, now: float) -> AdapterSession | None:
        """The row for a session that begins with *request*, its ``user_id`` still empty; None where there are none."""

    async def begin(
        self, signed_in: SignedIn, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        """Return the cookies of a new session.

        Raises ``AccessDenied`` if the ``jwt`` callback returns None, and ``SessionTooLarge``.
        """

    async def end(self, presented: PresentedToken, now: float) -> JWT | AdapterSession | None:
        """End the session. Return what it was, for the event."""

    async def outliving_id(self, presented: PresentedToken, now: float) -> str | None:
        """Return the session's id if its token stays valid after ``end``, so that the browser has to be told."""

    async def of_user(self, user_id: str, now: float) -> list[SessionInfo]:
        """The user's sessions, the one that was used last first. Raises ``ConfigurationError`` where nothing can."""

    async def end_one(self, user_id: str, session_id: str, now: float) -> bool:
        """End the user's session that ``of_user`` calls *session_id*; say whether there was one. Raises as it does."""

    async def end_all(self, user_id: str, now: float, keep: str | None) -> None:
        """End the user's sessions, but for the one whose token is *keep*.

        Raises ``ConfigurationError`` where nothing can, ``AdapterError``.
        """

    async def end_at_provider(self, user_id: str, provider: str, sid: str | None, now: float) -> list[AdapterSession]:
        """End the user's sessions that began with *provider*, or that one of them which the provider calls *sid*.

        Sessions that do not tell are ended, too. Answers the rows that there were. Raises as ``end_all``.
        """

    def once(self, name: str, now: float) -> AbstractAsyncContextManager[None]:
        """Do what is inside for the logout token *name*, unless that was done before; if it fails, it may be repeated.

        Raises ``Conflict`` if it was done before, ``AdapterError``.
        """

    async def adapter_user_id(self, presented: PresentedToken, now: float) -> str | None:
        """Return the adapter's id of the session's user, or None if there is no session or no such id."""
