"""A store of users, accounts, sessions and e-mail links in Redis 7, on redis-py's asyncio client.

Each method runs one atomic script or command (https://redis.io/docs/latest/develop/programmability/), in one round
trip. All keys have the same hash tag, because a script in a cluster can only use keys of one node.

Rule 1: a user, an account or a session is a hash. Each field is JSON; a field that is None is missing.
Rule 2: Redis deletes sessions and e-mail links when they expire.
Rule 3: ``maxmemory-policy`` must be ``noeviction``. Otherwise Redis deletes users when its memory is full.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.records import (
    as_utc,
    instant,
    json_extra,
    milliseconds,
    new_user,
    session_in_utc,
    token_fields,
    user_changes,
)
from authwright.adapters.redis.client import RedisClient, RedisClients, tagged
from authwright.adapters.redis.scripts import SCRIPTS
from authwright.errors import Conflict
from authwright.types import Account, AdapterSession, User, VerificationToken

__all__ = ["RedisAdapter"]

Record = TypeVar("Record", User, Account, AdapterSession)
_INSTANTS = frozenset({"expires", "created", "email_verified"})


class RedisAdapter:
    """An ``Adapter`` on Redis. ``Adapter`` describes the methods.

    Each event loop opens its own connections, and so does each process after a fork. An app's own client belongs to
    the loop that uses it first.

    Args:
        url_or_client: A URL such as ``redis://localhost:6379/0``, or an app's own client of ``redis.asyncio``. An app's
            own client is used as it is and is not closed by ``aclose``.
        prefix: The prefix of all keys. Apps that share a Redis need different prefixes.
        timeout: The deadline for all store work of one request, in seconds. After that the server responds with 503,
            and the connection is dropped.

    Raises:
        ConfigurationError: The URL or the client is invalid; *prefix* is empty or contains a brace, which would change
            the hash tag; or *timeout* is not positive. A method raises it, too, if the app's own client is used on a
            second event loop.
    """

    def __init__(
        self, url_or_client: str | RedisClient, *, prefix: str = "authwright", timeout: float = TIMEOUT
    ) -> None:
        self.timeout: float = check_timeout(timeout)
        self._redis = RedisClients(url_or_client, "url_or_client", SCRIPTS, timeout)
        self._prefix = tagged(prefix)

    async def create_user(self, user: User) -> User:
        return await self.sign_up(user, None, None)

    async def get_user(self, user_id: str) -> User | None:
        return _read(User, await self._redis.run("read", [self._key("user", user_id)]))

    async def get_user_by_email(self, email: str) -> User | None:
        return _read(User, await self._redis.run("read_by", [self._key("email", email), self._all("user")]))

    async def get_user_by_account(self, provider: str, provider_account_id: str) -> User | None:
        account = self._key("account", [provider, provider_account_id])
        return _read(User, await self._redis.run("read_owner", [account, self._all("user")]))

    async def update_user(self, user_id: str, changes: Mapping[str, Any]) -> User:
        checked = user_changes(changes)
        if "extra" in checked:
            checked["extra"] = json_extra(checked["extra"])
        fields = _fields(checked)
        keys = [self._key("user", user_id), self._all("email")]
        reply = await self._redis.run(
            "update_user", keys, [_json(user_id), "email" if "email" in changes else "", *fields]
        )
        if reply in ("conflict", b"conflict"):
            raise Conflict("Another user has this e-mail address.")
        user = _read(User, reply)
        if user is None:
            raise KeyError(user_id)
        return user

    async def delete_user(self, user_id: str) -> None:
        keys = [self._key(kind, user_id) for kind in ("user", "accounts", "sessions")]
        await self._redis.run("delete_user", [*keys, self._all("email")])

    async def link_account(self, account: Account) -> None:
        keys = [self._key("user", account.user_id), self._account(account), self._key("accounts", account.user_id)]
        _check(await self._redis.run("link_account", keys, _hash(account)))

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        account = self._key("account", [provider, provider_account_id])
        await self._redis.run("unlink_account", [account, self._all("accounts")])

    async def list_accounts(self, user_id: str) -> Sequence[Account]:
        reply = await self._redis.run("list_accounts", [self._key("accounts", user_id)])
        return [account for one in reply if (account := _read(Account, one))]

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        created = session_in_utc(session)
        keys = [self._key("user", created.user_id), self._session(created), self._key("sessions", created.user_id)]
        _check(await self._redis.run("create_session", keys, [milliseconds(created.expires), *_hash(created)]))
        return created

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        reply = await self._redis.run("read_session", [self._key("session", session_token), self._all("user")])
        if not reply:
            return None
        session, user = json.loads(reply)
        return _record(AdapterSession, session), _record(User, user)

    async def update_session(
        self, session_token: str, expires: datetime, expected: datetime | None = None
    ) -> AdapterSession | None:
        keys = [self._key("session", session_token), self._all("sessions")]
        unmoved = _json(as_utc(expected)) if expected else ""
        arguments: list[str | int] = [milliseconds(expires), _json(as_utc(expires)), unmoved]
        return _read(AdapterSession, await self._redis.run("update_session", keys, arguments))

    async def delete_session(self, session_token: str) -> AdapterSession | None:
        keys = [self._key("session", session_token), self._all("sessions")]
        return _read(AdapterSession, await self._redis.run("delete_session", keys))

    async def list_sessions(self, user_id: str) -> Sequence[AdapterSession]:
        """Return the sessions of the user that have not expired, in any order."""
        reply = await self._redis.run("list_sessions", [self._key("sessions", user_id)])
        return [session for one in reply if (session := _read(AdapterSession, one))]

    async def now(self) -> datetime:
        """Return the current time of Redis's clock, in UTC."""
        return instant(await self._redis.run("now", [self._all("user")]))

    async def create_verification_token(self, token: VerificationToken) -> None:
        key = self._key("token", [token.identifier, token.token])
        if not await self._redis.client.set(
            key, _json(as_utc(token.expires)), nx=True, pxat=milliseconds(token.expires)
        ):
            raise Conflict("This verification token already exists.")

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        value = await self._redis.client.getdel(self._key("token", [identifier, token]))
        expires = datetime.fromisoformat(json.loads(value)) if value else None
        return VerificationToken(identifier=identifier, token=token, expires=expires) if expires else None

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        created = replace(new_user(user), extra=json_extra(user.extra))
        account = account and replace(account, user_id=created.id)
        session = session and replace(session_in_utc(session), user_id=created.id)
        keys = [
            self._key("user", created.id),
            self._key("email", created.email),
            self._key("account", "") if account is None else self._account(account),
            self._key("accounts", created.id),
            self._key("session", "") if session is None else self._session(session),
            self._key("sessions", created.id),
        ]
        flags = "".join(
            "0" if one is None else "1" for one in (created, created.email, account, created, session, created)
        )
        hashes = [json.dumps(_hash(one) if one else []) for one in (created, account, session)]
        end = milliseconds(session.expires) if session else 0
        _check(await self._redis.run("sign_up", keys, [_json(created.id), flags, end, *hashes]))
        return created

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        before = "" if expected is None else _json(expected)
        return bool(
            await self._redis.run("swap_tokens", [self._account(account)], [before, *_fields(token_fields(new))])
        )

    async def aclose(self) -> None:
        """Close the connections that the adapter opened, on all event loops. The next call opens new ones."""
        await self._redis.aclose()

    def _key(self, kind: str, name: object) -> str:
        return self._all(kind) + _json(name)

    def _all(self, kind: str) -> str:
        """Return the prefix of all keys of this kind."""
        return f"{self._prefix}{kind}:"

    def _account(self, account: Account) -> str:
        return self._key("account", [account.provider, account.provider_account_id])

    def _session(self, session: AdapterSession) -> str:
        return self._key("session", session.session_token)


def _check(reply: object) -> None:
    if reply != 1:
        raise Conflict("This entry already exists in the store, or its user does not exist.")


def _json(value: object) -> str:
    return json.dumps(value.isoformat() if isinstance(value, datetime) else value)


def _hash(record: User | Account | AdapterSession) -> list[str]:
    return _fields({field.name: getattr(record, field.name) for field in fields(record)})


def _fields(values: Mapping[str, Any]) -> list[str]:
    """Return alternating names and values, as HSET expects them. None becomes an empty string."""
    return [part for name, value in values.items() for part in (name, "" if value is None else _json(value))]


def _read(kind: type[Record], reply: str | bytes | None) -> Record | None:
    """Return the record in the reply of a script, or None if the reply is empty."""
    return _record(kind, json.loads(reply)) if reply else None


def _record(kind: type[Record], values: dict[str, Any]) -> Record:
    instants = {name: datetime.fromisoformat(values[name]) for name in _INSTANTS & values.keys()}
    return kind(**{**values, **instants})
