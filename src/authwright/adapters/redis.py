"""Users, accounts, sessions and e-mail links in Redis 7, through redis-py's asyncio.

Each method is one script, which Redis runs whole or not at all (https://redis.io/docs/latest/develop/programmability/),
and so one round trip. All keys stand under one hash tag, so that in a cluster too a script reaches all that it names.

Rule 1: a user, an account, a session is a hash, each field as JSON; what is None is not there.
Rule 2: sessions and links expire by themselves, at the instant that they say.
Rule 3: ``maxmemory-policy`` must be ``noeviction``: Redis would throw users away for want of room.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from authwright.adapters.deadline import TIMEOUT, check_timeout
from authwright.adapters.records import as_utc, new_user, session_in_utc, token_fields, user_changes
from authwright.adapters.redis_client import Client, Clients, tagged
from authwright.adapters.redis_scripts import SCRIPTS
from authwright.errors import Conflict
from authwright.types import Account, AdapterSession, User, VerificationToken

Record = TypeVar("Record", User, Account, AdapterSession)
_INSTANTS = frozenset({"expires", "created", "email_verified"})


class RedisAdapter:
    """An ``Adapter`` on Redis; see ``Adapter`` for what each method does.

    Args:
        url_or_client: Such as ``redis://localhost:6379/0``; or an app's own client of ``redis.asyncio``, which is used
            as it is and which ``aclose`` leaves open.
        prefix: What every key begins with. Two apps on one Redis need two.
        timeout: One deadline for all store work of one request, in seconds. After that the request is answered with
            503, and the connection is dropped.

    Each event loop opens its own connections, and so does each process after a fork. An app's own client belongs to
    the loop that uses it first.

    Raises:
        ConfigurationError: The URL or the client cannot be used; *prefix* holds a brace, which would move the keys; or
            *timeout* is not above 0. Any method raises it when an app's own client is used on a second event loop.
    """

    def __init__(self, url_or_client: str | Client, *, prefix: str = "authwright", timeout: float = TIMEOUT) -> None:
        self.timeout = check_timeout(timeout)
        self._redis = Clients(url_or_client, "url_or_client", SCRIPTS, timeout)
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
        fields = _fields(user_changes(changes))
        keys = [self._key("user", user_id), self._all("email")]
        answer = await self._redis.run(
            "update_user", keys, [_json(user_id), "email" if "email" in changes else "", *fields]
        )
        if answer in ("conflict", b"conflict"):
            raise Conflict("There is a user with this e-mail address already.")
        user = _read(User, answer)
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
        answer = await self._redis.run("list_accounts", [self._key("accounts", user_id)])
        return [account for one in answer if (account := _read(Account, one))]

    async def create_session(self, session: AdapterSession) -> AdapterSession:
        made = session_in_utc(session)
        keys = [self._key("user", made.user_id), self._session(made), self._key("sessions", made.user_id)]
        _check(await self._redis.run("create_session", keys, [milliseconds(made.expires), *_hash(made)]))
        return made

    async def get_session_and_user(self, session_token: str) -> tuple[AdapterSession, User] | None:
        answer = await self._redis.run("read_session", [self._key("session", session_token), self._all("user")])
        if not answer:
            return None
        session, user = json.loads(answer)
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
        """The user's sessions; those that have expired are gone."""
        answer = await self._redis.run("list_sessions", [self._key("sessions", user_id)])
        return [session for one in answer if (session := _read(AdapterSession, one))]

    async def now(self) -> datetime:
        """Return the time by Redis's clock."""
        return instant(await self._redis.run("now", [self._all("user")]))

    async def create_verification_token(self, token: VerificationToken) -> None:
        key = self._key("token", [token.identifier, token.token])
        if not await self._redis.client.set(
            key, _json(as_utc(token.expires)), nx=True, pxat=milliseconds(token.expires)
        ):
            raise Conflict("There is such a verification token already.")

    async def use_verification_token(self, identifier: str, token: str) -> VerificationToken | None:
        value = await self._redis.client.getdel(self._key("token", [identifier, token]))
        expires = datetime.fromisoformat(json.loads(value)) if value else None
        return VerificationToken(identifier=identifier, token=token, expires=expires) if expires else None

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        made = replace(new_user(user), extra=json.loads(_json(user.extra)))
        account = account and replace(account, user_id=made.id)
        session = session and replace(session_in_utc(session), user_id=made.id)
        keys = [
            self._key("user", made.id),
            self._key("email", made.email),
            self._key("account", "") if account is None else self._account(account),
            self._key("accounts", made.id),
            self._key("session", "") if session is None else self._session(session),
            self._key("sessions", made.id),
        ]
        given = "".join("0" if one is None else "1" for one in (made, made.email, account, made, session, made))
        hashes = [json.dumps(_hash(one) if one else []) for one in (made, account, session)]
        end = milliseconds(session.expires) if session else 0
        _check(await self._redis.run("sign_up", keys, [_json(made.id), given, end, *hashes]))
        return made

    async def swap_account_tokens(self, account: Account, expected: str | None, new: Account) -> bool:
        before = "" if expected is None else _json(expected)
        return bool(
            await self._redis.run("swap_tokens", [self._account(account)], [before, *_fields(token_fields(new))])
        )

    async def aclose(self) -> None:
        """Close the connections that the adapter opened, on every event loop. A later call opens new ones."""
        await self._redis.aclose()

    def _key(self, kind: str, name: object) -> str:
        return self._all(kind) + _json(name)

    def _all(self, kind: str) -> str:
        """What the keys of that kind begin with."""
        return f"{self._prefix}{kind}:"

    def _account(self, account: Account) -> str:
        return self._key("account", [account.provider, account.provider_account_id])

    def _session(self, session: AdapterSession) -> str:
        return self._key("session", session.session_token)


def _check(answer: object) -> None:
    if answer != 1:
        raise Conflict("The store has such an entry already, or its user is gone.")


def milliseconds(instant: datetime) -> int:
    """Milliseconds since the epoch, rounded up: nothing goes before its time."""
    return math.ceil(as_utc(instant).timestamp() * 1000)


def instant(seconds_and_microseconds: Sequence[str | bytes | int]) -> datetime:
    """What the command ``TIME`` says."""
    seconds, microseconds = map(int, seconds_and_microseconds)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


def _json(value: object) -> str:
    return json.dumps(value.isoformat() if isinstance(value, datetime) else value)


def _hash(record: User | Account | AdapterSession) -> list[str]:
    return _fields({field.name: getattr(record, field.name) for field in fields(record)})


def _fields(values: Mapping[str, Any]) -> list[str]:
    """Names and values in turn, as HSET takes them; what is None is empty."""
    return [part for name, value in values.items() for part in (name, "" if value is None else _json(value))]


def _read(kind: type[Record], answer: str | bytes | None) -> Record | None:
    """The record that a script answers."""
    return _record(kind, json.loads(answer)) if answer else None


def _record(kind: type[Record], values: dict[str, Any]) -> Record:
    instants = {name: datetime.fromisoformat(values[name]) for name in _INSTANTS & values.keys()}
    return kind(**{**values, **instants})
