"""The ``database`` strategy: the cookie contains a random token, and the adapter stores the session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from inspect import signature
from secrets import token_hex

from authwright.adapters.base import Adapter
from authwright.adapters.clock import is_over, store_time
from authwright.errors import ConfigurationError, InvalidToken
from authwright.http import Cookie, Request, iso_date
from authwright.options import SessionOptions
from authwright.server.protocol.cookies import CookieOption
from authwright.server.runtime.hooks import Hook, bind_blocking
from authwright.server.runtime.log import Log
from authwright.server.sessions.base import REMEMBERED, Current, SessionUpdate, SignedIn
from authwright.server.sessions.presented import PresentedToken
from authwright.server.sessions.results import session_of
from authwright.types import AdapterSession, Session, SessionInfo, User, VerificationToken

_TOKEN_LIMIT = 1024
_TEXT_LIMIT = 512


class DatabaseSessions:
    """Sessions as rows of the adapter's store; see ``Sessions`` for what each method does."""

    def __init__(self, adapter: Adapter, options: SessionOptions, callbacks: Mapping[str, Hook], log: Log) -> None:
        self._adapter = adapter
        self._max_age = options.max_age
        self._update_age = options.update_age
        self._absolute_max_age = options.absolute_max_age
        self._session = callbacks.get("session")
        self._records_client = options.record_client
        generate = options.generate_session_token
        self._generate = generate and bind_blocking(generate, "session.generate_session_token", ())
        self._log = log
        self._refreshes_once = "expected" in signature(adapter.update_session).parameters

    async def read(self, presented: PresentedToken, now: float, update: SessionUpdate | None = None) -> Current | None:
        token = presented.token
        found = await self._find(token, now)
        if found is None:
            return None
        row, user = found
        expires = self._end(row, now)
        session: Session = {
            "user": {"name": user.name, "email": user.email, "image": user.image},
            "expires": iso_date(expires),
        }
        if self._session:
            extra = {"trigger": "update", "new_session": update.data} if update else {}
            try:
                session = session_of(await self._session(session=session, user=user, **extra))
            except Exception as error:
                self._log.error("SESSION_ERROR", error, user_id=user.id)
                return None
        return Current(session, token, expires, row=row)

    async def renew(
        self, current: Current, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        expires = datetime.fromtimestamp(now + self._max_age, UTC)
        # v4's formula: the row is written once its expiry is update_age older than the new one.
        due = current.row is None or expires - current.row.expires >= timedelta(seconds=self._update_age)
        if due and await self._refresh(current, expires) is None:
            raise InvalidToken("The session ended while it was read.")
        return option.write(current.token, current.expires, cookies)

    async def issued(self, presented: PresentedToken, now: float) -> float | None:
        try:
            found = await self._find(presented.token, now)
        except InvalidToken:
            return None
        return found[0].expires.timestamp() if found else 0

    async def new_row(self, provider: str, request: Request, now: float) -> AdapterSession:
        token: str = await self._generate() if self._generate else token_hex(32)
        created = datetime.fromtimestamp(now, UTC)
        expires = created + timedelta(seconds=self._max_age)
        row = AdapterSession(session_token=token, user_id="", expires=expires, provider=provider, created=created)
        if not self._records_client:
            return row
        return replace(row, ip=_plain(request.client), user_agent=_plain(request.headers.get("user-agent")))

    async def begin(
        self, signed_in: SignedIn, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        # With this strategy, accounts.py creates a row for every sign-in.
        assert signed_in.row
        return option.write(signed_in.row.session_token, self._end(signed_in.row, now), cookies)

    async def end(self, presented: PresentedToken, now: float) -> AdapterSession | None:
        token = presented.token
        return await self._adapter.delete_session(token) if _is_plausible(token) else None

    async def outliving_id(self, presented: PresentedToken, now: float) -> str | None:
        return None

    async def of_user(self, user_id: str, now: float) -> list[SessionInfo]:
        rows = await self._rows(user_id)
        if any(self._last(row, now) < now for row in rows):
            # A session that has expired only by this host's clock is listed, too: other hosts accept it.
            end = min(now, await store_time(self._adapter, now))
            rows = [row for row in rows if self._last(row, now) >= end]
        sessions = [self._info(row, now) for row in rows]
        return sorted(sessions, key=lambda session: session.last_seen, reverse=True)

    async def end_one(self, user_id: str, session_id: str, now: float) -> bool:
        for row in await self._rows(user_id):
            if compare_digest(id_of(row).encode(), session_id.encode()):
                return await self._adapter.delete_session(row.session_token) is not None
        return False

    async def end_all(self, user_id: str, now: float, keep: str | None) -> None:
        for row in await self._rows(user_id):
            if row.session_token != keep:
                await self._adapter.delete_session(row.session_token)

    async def end_at_provider(self, user_id: str, provider: str, sid: str | None, now: float) -> list[AdapterSession]:
        meant = [
            row
            for row in await self._rows(user_id)
            if row.provider in (None, provider) and (sid is None or row.sid in (None, sid))
        ]
        ended = [await self._adapter.delete_session(row.session_token) for row in meant]
        return [row for row in ended if row]

    @asynccontextmanager
    async def once(self, name: str, now: float) -> AsyncIterator[None]:
        # This signs no user in: the identifier is not an address, and the token is not the hash of a link's token.
        end = datetime.fromtimestamp(await store_time(self._adapter, now) + REMEMBERED, UTC)
        used = VerificationToken(identifier=f"logout {name}", token="used", expires=end)  # noqa: S106
        await self._adapter.create_verification_token(used)
        try:
            yield
        except BaseException:
            # The provider may send the token again.
            await self._adapter.use_verification_token(used.identifier, used.token)
            raise

    async def adapter_user_id(self, presented: PresentedToken, now: float) -> str | None:
        try:
            found = await self._find(presented.token, now)
        except InvalidToken:
            return None
        return found[1].id if found else None

    async def _refresh(self, current: Current, expires: datetime) -> AdapterSession | None:
        if current.row and self._refreshes_once:
            # If many requests have read the same row, only one writes it.
            return await self._adapter.update_session(current.token, expires, current.row.expires)
        return await self._adapter.update_session(current.token, expires)

    async def _find(self, token: str, now: float) -> tuple[AdapterSession, User] | None:
        """Return the session and its user, or None if only this host's clock says that the session has expired.

        Raises:
            InvalidToken: There is no such session, or it has expired.
        """
        found = await self._adapter.get_session_and_user(token) if _is_plausible(token) else None
        if found is None:
            raise InvalidToken("The session is not in the store.")
        last = self._last(found[0], now)
        if last >= now:
            return found
        if not await is_over(self._adapter, last, now, self._log):
            return None
        await self._adapter.delete_session(token)
        raise InvalidToken("The session has expired.")

    async def _rows(self, user_id: str) -> list[AdapterSession]:
        """Return the user's sessions, including expired ones: this host's clock may be fast."""
        list_sessions = getattr(self._adapter, "list_sessions", None)
        if list_sessions is None:
            problem = "the adapter has no method list_sessions."
            raise ConfigurationError("adapter", problem, "Add the method, or use another adapter.")
        return list(await list_sessions(user_id))

    def _info(self, row: AdapterSession, now: float) -> SessionInfo:
        last_seen = row.expires - timedelta(seconds=self._max_age)
        expires = datetime.fromtimestamp(self._last(row, now), UTC)
        return SessionInfo(
            id=id_of(row),
            created=row.created,
            last_seen=last_seen,
            expires=expires,
            provider=row.provider,
            ip=row.ip,
            user_agent=row.user_agent,
        )

    def _last(self, row: AdapterSession, now: float) -> float:
        """Return when the session of *row* ends if it is not used again, in seconds since the epoch."""
        return min(row.expires.timestamp(), self._end(row, now))

    def _end(self, row: AdapterSession, now: float) -> float:
        """Return when the session of *row* ends if it is used now. The row's expiry ignores the absolute limit."""
        idle = now + self._max_age
        if self._absolute_max_age is None:
            return idle
        if row.created is None:
            raise InvalidToken("absolute_max_age needs the time when a session was created, and the store has none.")
        return min(idle, row.created.timestamp() + self._absolute_max_age)


def _is_plausible(token: str) -> bool:
    """Return whether *token* can be a session token. Some stores, such as PostgreSQL, fail on a NUL."""
    return len(token) <= _TOKEN_LIMIT and token.isascii() and token.isprintable()


def _plain(text: str | None) -> str | None:
    """Return *text* from a client, shortened, and without control characters."""
    return "".join(filter(str.isprintable, (text or "")[:_TEXT_LIMIT])) or None


def id_of(row: AdapterSession) -> str:
    """Return the public id of a session, which does not reveal its token."""
    return sha256(row.session_token.encode()).hexdigest()[:32]
