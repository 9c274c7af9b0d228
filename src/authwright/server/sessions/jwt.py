"""The ``jwt`` strategy: the session is an encrypted token in the browser's cookie. The server stores nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from os import urandom
from secrets import token_urlsafe
from typing import cast

from authwright.errors import AccessDenied, ConfigurationError, InvalidToken
from authwright.http import Cookie, Request, iso_date
from authwright.options import JWTOptions, SessionOptions
from authwright.server.protocol import tokens
from authwright.server.protocol.cookies import CookieOption
from authwright.server.runtime.hooks import Hook, bind
from authwright.server.runtime.log import Log
from authwright.server.sessions.base import Current, SessionUpdate, SignedIn
from authwright.server.sessions.identity import adapter_user_id, identity_of, new_identity, with_identity
from authwright.server.sessions.limits import Limits, is_instant
from authwright.server.sessions.presented import PresentedToken
from authwright.server.sessions.results import UnusableResult, claims_of, session_of
from authwright.server.sessions.size import CookieSize
from authwright.types import JWT, AdapterSession, Session, SessionInfo

_FORGOTTEN = "If that is not intended, add `return token`."
_USE_DATABASE = "Use database sessions (strategy='database')."


class JWTSessions:
    """Sessions as encrypted tokens; see ``Sessions`` for what each method does."""

    def __init__(
        self,
        secrets: Sequence[str],
        options: SessionOptions,
        jwt: JWTOptions,
        callbacks: Mapping[str, Hook],
        log: Log,
        *,
        trusts_node: bool,
    ) -> None:
        self._secrets = secrets
        self._trusts_node = trusts_node
        self._max_age = options.max_age
        self._token_max_age = jwt.max_age or options.max_age
        self._revokes = options.revocation is not None
        limited = options.absolute_max_age is not None or self._revokes
        self._limits = Limits(options, self._token_max_age) if limited else None
        self._jwt = callbacks.get("jwt")
        self._session = callbacks.get("session")
        self._encode_hook = jwt.encode and bind(jwt.encode, "jwt.encode", ("token", "secret", "max_age"))
        self._decode_hook = jwt.decode and bind(jwt.decode, "jwt.decode", ("token", "secret"))
        self._log = log
        self._size = CookieSize(options.max_cookie_size, log, encoded_by_app=jwt.encode is not None)

    async def read(self, presented: PresentedToken, now: float, update: SessionUpdate | None = None) -> Current | None:
        token, expires = presented.token, now + self._max_age
        claims = await self.decode(presented, now)
        end = claims.get("exp")
        late = is_instant(end) and end <= now
        if self._limits:
            expires = self._limits.end(claims, expires)
        if self._jwt is None and self._session is None:
            return Current(_shown(claims, expires), token, expires, claims, updated=update is not None, late=late)
        identity, begun, sub = claims["authwright"], claims.get("auth_time"), claims.get("sub")
        trigger = {"trigger": "update"} if update else {}
        data = update.data if update else None
        try:
            if self._jwt:
                claims = await self._jwt(token=claims, session=data, **trigger)
            # As in Auth.js, a jwt callback that returns None ends the session.
            if claims is None:
                raise InvalidToken(f"callbacks.jwt returned None, which ends the session. {_FORGOTTEN}")
            claims = with_identity(claims_of(claims), identity, sub)
            if begun is not None and self._limits:
                claims["auth_time"] = begun
            session = _shown(claims, expires)
            if self._session:
                session = session_of(await self._session(session=session, token=claims, new_session=data, **trigger))
        except InvalidToken:
            raise
        except Exception as error:
            self._log.error("JWT_SESSION_ERROR", error, user_id=sub)
            return None
        return Current(session, token, expires, claims, updated=update is not None, late=late)

    async def renew(
        self, current: Current, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        claims = current.claims if current.claims is not None else cast(JWT, {})
        token = await self._encode(claims, now) if self._encode_hook else self._encrypt(claims, now)
        written = option.write(token, current.expires, cookies)
        before = None if current.updated else lambda: option.write(current.token, current.expires, cookies)
        self._size.check(token, written, claims, before)
        return written

    async def issued(self, presented: PresentedToken, now: float) -> float | None:
        try:
            claims = await self.decode(presented, now)
        except InvalidToken:
            return None
        issued = claims.get("iat")
        # The app's own jwt.encode may leave it out.
        return issued if is_instant(issued) else 0

    async def new_row(self, provider: str, request: Request, now: float) -> AdapterSession | None:
        return None

    async def begin(
        self, signed_in: SignedIn, option: CookieOption, cookies: Mapping[str, str], now: float
    ) -> list[Cookie]:
        user = signed_in.user
        claims: JWT | None = {"name": user.name, "email": user.email, "picture": user.image, "sub": user.id}
        expires = now + self._max_age
        if self._jwt:
            claims = await self._jwt(
                token=claims,
                user=user,
                account=signed_in.account,
                profile=signed_in.profile,
                is_new_user=signed_in.is_new_user,
                trigger="signUp" if signed_in.is_new_user else "signIn",
            )
        if claims is None:
            raise AccessDenied(f"callbacks.jwt returned None, which denies the sign-in. {_FORGOTTEN}")
        claims = with_identity(claims_of(claims), new_identity(token_urlsafe(12), stored=signed_in.stored), user.id)
        if self._limits:
            claims["auth_time"] = await self._limits.begin(str(claims.get("sub")), now)
            expires = self._limits.end(claims, expires)
        token = await self._encode(claims, now)
        written = option.write(token, expires, cookies)
        self._size.check(token, written, claims)
        return written

    async def end(self, presented: PresentedToken, now: float) -> JWT | None:
        try:
            claims = await self.decode(presented, now)
        except InvalidToken:
            return None
        if self._limits:
            await self._limits.revoke(claims, now)
        return claims

    async def outliving_id(self, presented: PresentedToken, now: float) -> str | None:
        try:
            claims = await self._decode(presented.token, now)
        except InvalidToken:
            return None
        return identity_of(claims, presented.token)["sid"]

    async def adapter_user_id(self, presented: PresentedToken, now: float) -> str | None:
        try:
            claims = await self.decode(presented, now)
        except InvalidToken:
            return None
        return self.owner(claims)

    def owner(self, claims: JWT) -> str | None:
        """Return the adapter's id of the user of *claims*, or None if ``sub`` is not known to be one."""
        return adapter_user_id(claims, trusts_node=self._trusts_node)

    async def decode(self, presented: PresentedToken, now: float) -> JWT:
        """Return the claims of a session token.

        Raises:
            InvalidToken: The token is invalid, or its session has ended.
            AdapterError: The revocation store is down.
        """
        claims: JWT
        if self._decode_hook:
            claims = await self._decode(presented.token, now)
        else:
            claims = tokens.decode(presented.token, self._secrets, now=now)  # type: ignore[assignment]
        identity = identity_of(claims, presented.token)
        if presented.signed_out and identity["sid"] in presented.signed_out:
            raise InvalidToken("The user has signed out of this session in this browser.")
        claims["authwright"] = identity
        if self._limits:
            claims["auth_time"] = await self._limits.check(claims, now)
        return claims

    async def of_user(self, user_id: str, now: float) -> list[SessionInfo]:
        raise ConfigurationError("session.strategy", "sessions of the strategy 'jwt' cannot be listed.", _USE_DATABASE)

    async def end_one(self, user_id: str, session_id: str, now: float) -> bool:
        raise ConfigurationError("session.strategy", "sessions of the strategy 'jwt' cannot be listed.", _USE_DATABASE)

    async def end_all(self, user_id: str, now: float, keep: str | None) -> None:
        if keep:
            raise ConfigurationError("session.strategy", "keep= does not work with the strategy 'jwt'.", _USE_DATABASE)
        if self._limits is None or not self._revokes:
            remedy = "Pass SessionOptions(revocation=...), or use database sessions."
            raise ConfigurationError("session.revocation", "the option is not set.", remedy)
        await self._limits.revoke_user(user_id, now)

    async def end_at_provider(self, user_id: str, provider: str, sid: str | None, now: float) -> list[AdapterSession]:
        await self.end_all(user_id, now, None)
        return []

    def once(self, name: str, now: float) -> AbstractAsyncContextManager[None]:
        return self._limits.once(name, now) if self._limits else nullcontext()

    async def _decode(self, token: str, now: float) -> JWT:
        if not self._decode_hook:
            return cast(JWT, tokens.decode(token, self._secrets, now=now))
        for secret in self._secrets:
            try:
                claims = await self._decode_hook(token=token, secret=secret)
                if claims is not None:
                    # Copy the claims, because our own claims are added to them.
                    return cast(JWT, dict(claims))
            except Exception as error:
                self._log.debug("JWT_DECODE_ERROR", type(error).__name__)
        raise InvalidToken("The app's jwt.decode did not accept the token.")

    async def _encode(self, claims: JWT, now: float) -> str:
        if self._encode_hook:
            max_age = self._limits.token_age(claims, now) if self._limits else self._token_max_age
            encoded = await self._encode_hook(token=claims, secret=self._secrets[0], max_age=max_age)
            if not isinstance(encoded, str) or not encoded:
                what = type(encoded).__name__ if encoded else "nothing"
                problem = f"the function returned {what}."
                raise UnusableResult("jwt.encode", problem, "Return the token as a string.")
            return encoded
        return self._encrypt(claims, now)

    def _encrypt(self, claims: JWT, now: float) -> str:
        max_age = self._token_max_age if self._limits is None else self._limits.token_age(claims, now)
        try:
            return tokens.encode(claims, self._secrets[0], max_age=max_age, now=now, random=urandom)
        except (TypeError, ValueError, RecursionError) as error:
            remedy = "Return only texts, numbers, bools, None, lists and dicts."
            raise UnusableResult("callbacks.jwt", f"returned claims that are not JSON: {error}.", remedy) from None


def _shown(claims: JWT, expires: float) -> Session:
    """Return the session as v4 shows it to the browser, before the ``session`` callback can change it."""
    return {
        "user": {"name": claims.get("name"), "email": claims.get("email"), "image": claims.get("picture")},
        "expires": iso_date(expires),
    }
