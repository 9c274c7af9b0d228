"""The ``database`` strategy: the cookie holds a random token, the adapter the session that it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from authwright.adapters.base import Adapter
from authwright.config import SessionOptions
from authwright.errors import InvalidToken
from authwright.hooks import Hook, bind
from authwright.http import Cookie, iso_date
from authwright.log import Log
from authwright.protocol.cookies import CookieOption
from authwright.sessions.base import Current, SignedIn, Update
from authwright.types import AdapterSession, Session, User

_TOKEN_LIMIT = 1024


class DatabaseSessions:
    """Sessions as rows of the adapter's store; see ``Sessions`` for what each method does."""

    def __init__(self, adapter: Adapter, options: SessionOptions, callbacks: Mapping[str, Hook], log: Log) -> None:
        self._adapter = adapter
        self._max_age = options.max_age
        self._update_age = options.update_age
        self._session = callbacks.get("session")
        generate = options.generate_session_token
        self._generate = generate and bind(generate, "session.generate_session_token", ())
        self._log = log

    async def read(self, token: str, now: float, update: Update | None = None) -> Current | None:
        row, user = await self._find(token, now)
        expires = now + self._max_age
        session: Session = {
            "user": {"name": user.name, "email": user.email, "image": user.image},
            "expires": iso_date(expires),
        }
        if self._session:
            extra = {"trigger": "update", "new_session": update.data} if update else {}
            try:
                session = await self._session(session=session, user=user, **extra)
            except Exception as error:
                self._log.error("SESSION_ERROR", error)
                return None
        return Current(session, token, expires, row=row)

    async def renew(self, current: Current, option: CookieOption, cookies: Mapping[str, str]) -> list[Cookie]:
        expires = datetime.fromtimestamp(current.expires, UTC)
        # v4's formula: a write is due once the row's expiry lags behind the new one by update_age.
        due = current.row is None or expires - current.row.expires >= timedelta(seconds=self._update_age)
        if due and await self._adapter.update_session(current.token, expires) is None:
            raise InvalidToken("The session was ended while it was read.")
        return option.write(current.token, current.expires, cookies)

    async def new_row(self, provider: str, now: float) -> AdapterSession:
        token: str = await self._generate() if self._generate else token_hex(32)
        expires = datetime.fromtimestamp(now + self._max_age, UTC)
        return AdapterSession(session_token=token, user_id="", expires=expires, provider=provider)

    async def begin(
        self, signed_in: SignedIn, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        # accounts.py makes a row for every sign-in where sessions are rows.
        token = signed_in.row.session_token if signed_in.row else ""
        return option.write(token, now + self._max_age, cookies)

    async def end(self, token: str, now: float) -> AdapterSession | None:
        return await self._adapter.delete_session(token) if _is_plausible(token) else None

    async def user_id(self, token: str, now: float) -> str | None:
        try:
            _, user = await self._find(token, now)
        except InvalidToken:
            return None
        return user.id

    async def _find(self, token: str, now: float) -> tuple[AdapterSession, User]:
        found = await self._adapter.get_session_and_user(token) if _is_plausible(token) else None
        if found is None:
            raise InvalidToken("The session is not in the store.")
        if found[0].expires.timestamp() < now:
            await self._adapter.delete_session(token)
            raise InvalidToken("The session has expired.")
        return found


def _is_plausible(token: str) -> bool:
    """Whether a store can be asked for *token* at all: PostgreSQL, for one, fails on a NUL."""
    return len(token) <= _TOKEN_LIMIT and token.isascii() and token.isprintable()
