"""The plain values that callbacks, adapters and the wire exchange.

``Session`` and ``JWT`` are what the wire carries, so they are dictionaries of JSON; the rest are dataclasses with
NextAuth.js v4's fields in snake_case. Every ``datetime`` is aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypedDict

ProviderType: TypeAlias = Literal["oauth", "email", "credentials"]
SessionStrategy: TypeAlias = Literal["jwt", "database"]
Trigger: TypeAlias = Literal["signIn", "signUp", "update"]

# What a provider or an app puts into a profile, and what a form or a JSON body carries: JSON whose shape is not ours.
Profile: TypeAlias = Mapping[str, Any]


class SessionUser(TypedDict, total=False):
    """``session["user"]``: what v4 shows a browser of the user. An app's ``session`` callback may add more."""

    id: str
    name: str | None
    email: str | None
    image: str | None


class Session(TypedDict, total=False):
    """A session as ``GET /session`` answers it: ``{"user": {...}, "expires": "2026-12-23T05:57:00.123Z"}``."""

    user: SessionUser
    expires: str


class TokenIdentity(TypedDict, total=False):
    """The claim ``authwright`` of a session token.

    ``sid`` names the session from sign-in to sign-out. ``sub`` says whose id the token's ``sub`` is: the adapter's, or
    the app's own.
    """

    sid: str
    sub: Literal["adapter", "app"]


class JWT(TypedDict, total=False):
    """The claims of the encrypted session token: those of v4, and ours. An app's ``jwt`` callback may add more."""

    name: str | None
    email: str | None
    picture: str | None
    sub: str
    iat: int
    exp: int
    jti: str
    auth_time: float
    authwright: TokenIdentity


@dataclass(slots=True, kw_only=True)
class User:
    """A user, as ``authorize``, ``profile`` and the adapters give it.

    ``extra`` carries whatever else the app's own model knows of the user, for its callbacks.
    """

    id: str
    name: str | None = None
    email: str | None = None
    image: str | None = None
    email_verified: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> User:
        """The user that a dict of these names describes; other names go to ``extra``. An id of another type is text."""
        user_id = values.get("id")
        extra = {name: value for name, value in values.items() if name not in cls.__slots__}
        return cls(
            id="" if user_id is None or user_id is False else str(user_id),
            name=values.get("name"),
            email=values.get("email"),
            image=values.get("image"),
            email_verified=values.get("email_verified"),
            extra={**extra, **(values.get("extra") or {})},
        )


@dataclass(slots=True, kw_only=True)
class Account:
    """A way in that belongs to a user: ``(provider, provider_account_id)`` names it.

    ``expires_at`` is in seconds since the epoch. The token fields are those of a token response (RFC 6749 section 5.1).
    """

    provider: str
    type: ProviderType
    provider_account_id: str
    user_id: str | None = None
    access_token: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    id_token: str | None = field(default=None, repr=False)
    expires_at: int | None = None
    token_type: str | None = None
    scope: str | None = None
    session_state: str | None = field(default=None, repr=False)


@dataclass(slots=True, kw_only=True)
class AdapterSession:
    """A row of the session table. ``provider`` and ``sid`` tell through whom it was begun and under which id there.

    ``created`` is None where the store's table has no such column. ``ip`` and ``user_agent`` are those of the sign-in,
    where ``SessionOptions(record_client=True)`` asks for them.
    """

    session_token: str = field(repr=False)
    user_id: str
    expires: datetime
    provider: str | None = None
    sid: str | None = None
    created: datetime | None = None
    ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """One of a user's sessions, as a page about them may show it.

    ``id`` names it and is no secret, unlike the session's token. ``last_seen`` is as exact as ``update_age``. With
    ``record_client``, ``ip`` and ``user_agent``, a text of the browser's choice, tell where it began.
    """

    id: str
    created: datetime | None
    last_seen: datetime
    expires: datetime
    provider: str | None
    ip: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInfo:
    """One of a user's accounts, as a page about them may show it: without its tokens."""

    provider: str
    provider_account_id: str
    type: ProviderType


@dataclass(slots=True, kw_only=True)
class VerificationToken:
    """A sent e-mail link. ``token`` is the hash of what the link carries, never the link's own value."""

    identifier: str
    token: str = field(repr=False)
    expires: datetime
