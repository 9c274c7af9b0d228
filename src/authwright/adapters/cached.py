"""A store with users, accounts and e-mail links in SQL, and with sessions in Redis 7 or in a Redis cluster.

Rule 1: SQL is written first and the session last. If a session is lost, its user only has to sign in again.
Rule 2: a session is valid only while its user exists in SQL, so deleting the user in SQL ends all sessions of the user.
Rule 3: each command and each script uses a single key, so a cluster can distribute the sessions over its nodes.
Rule 4: a session is added to the list of its user before it is stored, and again at each refresh.
Rule 5: Redis deletes a session when it expires, and a list when its last session expires.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, cast

from authwright.adapters.base import AccountLister, Adapter
from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.records import as_utc, instant, milliseconds, session_in_utc
from authwright.adapters.redis.client import RedisClient, RedisClients, without_braces
from authwright.adapters.synchronous import SyncAdapter, asynchronous
from authwright.errors import ConfigurationError, Conflict
from authwright.types import Account, AdapterSession, User, VerificationToken

__all__ = ["CachedAdapter"]

_KEPT = tuple(field.name for field in fields(AdapterSession) if field.name not in ("session_token", "expires"))
# KEYS: a session. ARGV: the expected expiry (empty for any), and the new expiry as text and in milliseconds.
_MOVE = """
local found = redis.call('GET', KEYS[1])
if not found then return false end
local expires, rest = string.match(found, '^(%S+)(.*)$')
if ARGV[1] == '' or expires == ARGV[1] then
  found = ARGV[2] .. rest
  redis.call('SET', KEYS[1], found, 'PXAT', ARGV[3])
end
return found
"""
# KEYS: the list of a user's sessions. ARGV: a session's token and its expiry in milliseconds.
_LIST = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. redis.call('TIME')[1] .. '000')
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
return redis.call('PEXPIREAT', KEYS[1], last[2])
"""


class CachedAdapter:
    """An ``Adapter`` on two stores. ``Adapter`` describes the methods.

    Args:
        sql: The adapter for users, accounts and e-mail links, such as a ``SQLAlchemyAdapter``. ``aclose`` closes it,
            too.
        redis: A URL such as ``redis://localhost:6379/0``, or an app's own client of ``redis.asyncio``, such as a
            ``RedisCluster``. An app's own client is used as it is and is not closed by ``aclose``.
        prefix: The prefix of all keys. Apps that share a Redis need different prefixes.
        timeout: The deadline for all work of both stores for one request, in seconds.

    Raises:
        ConfigurationError: *sql* is not an adapter; *redis* is invalid; *prefix* is empty or contains a brace, which
            would keep all sessions on one node; or *timeout* is not positive. A method raises it, too, if the app's own
            client is used on a second event loop.
    """

    def __init__(
        self,
        sql: Adapter | SyncAdapter,
        redis: str | RedisClient,
        *,
        prefix: str = "authwright",
        timeout: float = TIMEOUT,
    ) -> None:
        if not hasattr(sql, "sign_up"):
            problem = f"a {type(sql).__name__} is not an adapter."
            raise ConfigurationError("sql", problem, "Pass an adapter such as SQLAlchemyAdapter(...).")
        self._sql = asynchronous(sql)
        self.timeout: float = check_timeout(timeout)
        self._redis = RedisClients(redis, "redis", {"move": _MOVE, "list": _LIST}, timeout)
        self._prefix = without_braces(prefix)
        if hasattr(sql, "list_accounts"):
            lister = cast(AccountLister, self._sql)
            self.list_accounts: Callable[[str], Awaitable[Sequence[Account]]] = lister.list_accounts

    async def create_user(self, user: User) -> User:
        return await self._sql.create_user(user)

    async def get_user(self, user_id: str) -> User | None:
        return await self._sql.get_user(user_id)

    async def get_user_by_email(self, email: str) -> User | None:
        return await self._sql.get_user_by_email(email)

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None:
        return await self._sql.get_user_by_account(provider, provider_account_id)

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        return await self._sql.update_user(user_id, changes)

    async def link_account(self, account: Account) -> None:
        await self._sql.link_account(account)

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        await self._sql.unlink_account(provider, provider_account_id)

    async def create_verification_token(self, token: VerificationToken) -> None:
        await self._sql.create_verification_token(token)

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        return await self._sql.use_verification_token(identifier, token)

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        return await self._sql.swap_account_tokens(account, expected, new)

    async def delete_user(self, user_id: str) -> None:
        await self._sql.delete_user(user_id)
        for session in await self.list_sessions(user_id):
            await self._redis.client.delete(self._session(session.session_token))
        await self._redis.client.delete(self._sessions(user_id))

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        if await self._sql.get_user(session.user_id) is None:
            raise Conflict("The user of the session does not exist.")
        return await self._store(session_in_utc(session))

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        session = _read(session_token, await self._redis.client.get(self._session(session_token)))
        user = await self._sql.get_user(session.user_id) if session else None
        return (session, user) if session and user else None

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        before = as_utc(expected).isoformat() if expected else ""
        arguments: list[str | int] = [before, as_utc(expires).isoformat(), milliseconds(expires)]
        session = _read(session_token, await self._redis.run("move", [self._session(session_token)], arguments))
        if session and session.expires == expires:
            await self._add_to_list(session)
        return session

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        session = _read(session_token, await self._redis.client.getdel(self._session(session_token)))
        if session:
            await self._redis.client.zrem(self._sessions(session.user_id), session_token)
        return session

    async def list_sessions(self, user_id: str) -> Sequence[AdapterSession]:
        """Return the sessions of the user that have not expired, in any order."""
        members: list[Any] = await self._redis.client.zrange(self._sessions(user_id), 0, -1)
        tokens = [_text(token) for token in members]
        async with self._redis.client.pipeline(transaction=False) as pipeline:
            for token in tokens:
                pipeline.get(self._session(token))
            values = await pipeline.execute()
        found = [_read(token, value) for token, value in zip(tokens, values, strict=True)]
        # If a session was refused because its token belongs to another user, the token stays in this list until it
        # expires there.
        return [session for session in found if session and session.user_id == user_id]

    async def now(self) -> datetime:
        """Return the earlier of the times of Redis and of SQL, in UTC, so that nothing is deleted early in either."""
        by_redis = instant(await self._redis.client.eval("return redis.call('TIME')", 1, self._sessions("")))
        clock = getattr(self._sql, "now", None)
        return min(by_redis, await clock()) if clock else by_redis

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        new_session = session and session_in_utc(session)
        # Check before SQL is written, so that no user is left behind if Redis is down or the token is taken.
        if new_session and await self._redis.client.exists(self._session(new_session.session_token)):
            raise Conflict("This session already exists.")
        owner = await self._sql.sign_up(user, account, None)
        if new_session:
            await self._store(replace(new_session, user_id=owner.id))
        return owner

    async def aclose(self) -> None:
        """Close *sql*, and the connections to Redis on all event loops. The next call opens new ones."""
        aclose = getattr(self._sql, "aclose", None)
        if aclose:
            await aclose()
        await self._redis.aclose()

    async def _store(self, session: AdapterSession) -> AdapterSession:
        await self._add_to_list(session)
        key, end = self._session(session.session_token), milliseconds(session.expires)
        if not await self._redis.client.set(key, _write(session), nx=True, pxat=end):
            raise Conflict("This session already exists.")
        return session

    async def _add_to_list(self, session: AdapterSession) -> None:
        arguments: list[str | int] = [session.session_token, milliseconds(session.expires)]
        await self._redis.run("list", [self._sessions(session.user_id)], arguments)

    def _session(self, token: str) -> str:
        return f"{self._prefix}:session:{token}"

    def _sessions(self, user_id: str) -> str:
        """Return the key of the list of a user's sessions: a sorted set of session tokens, scored by expiry."""
        return f"{self._prefix}:sessions:{user_id}"


def _write(session: AdapterSession) -> str:
    """Return the stored form of *session*: the expiry, which a script can read there, and the other fields as JSON.

    The session token is not included, because it is in the key.
    """
    rest = {name: getattr(session, name) for name in _KEPT}
    created = session.created and session.created.isoformat()
    return f"{session.expires.isoformat()} {json.dumps({**rest, 'created': created})}"


def _read(token: str, value: str | bytes | None) -> AdapterSession | None:
    if value is None:
        return None
    expires, rest = _text(value).split(" ", 1)
    values = json.loads(rest)
    created = values["created"] and datetime.fromisoformat(values["created"])
    return AdapterSession(
        **{**values, "session_token": token, "expires": datetime.fromisoformat(expires), "created": created}
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
