"""The data types that callbacks, adapters and responses share.

``Session`` and ``JWT`` are sent as JSON, so they are dictionaries. The others are dataclasses with NextAuth.js v4's
fields in snake_case. Every ``datetime`` is timezone-aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypeAlias, TypedDict

# The client imports only this module and authwright.errors, and reads base URLs as the server does.
from authwright.base_url import BaseURL as BaseURL

__all__ = [
    "Account",
    "AccountInfo",
    "AdapterSession",
    "JWT",
    "Profile",
    "ProviderType",
    "Session",
    "SessionInfo",
    "SessionStrategy",
    "SessionUser",
    "TokenIdentity",
    "User",
    "VerificationToken",
]

if TYPE_CHECKING:
    # Python 3.13 has both. Type checkers know typing_extensions even if it is not installed.
    from typing_extensions import ReadOnly, TypeVar

    # The session and the token of an app. A subclass of Auth[MySession, MyJWT] is also an Auth.
    SessionT = TypeVar("SessionT", bound=Mapping[str, object], default="Session", covariant=True)
    JWTT = TypeVar("JWTT", bound=Mapping[str, object], default="JWT", covariant=True)
    # The argument session_type of a function.
    AnySession = TypeVar("AnySession", bound=Mapping[str, object], default="Session")
else:
    from typing import TypeVar

    class _ReadOnly:
        # Pydantic warns of typing.ReadOnly, because it does not enforce it.
        def __getitem__(self, annotation):
            return annotation

    ReadOnly = _ReadOnly()
    SessionT = TypeVar("SessionT", covariant=True)
    JWTT = TypeVar("JWTT", covariant=True)
    AnySession = TypeVar("AnySession")

ProviderType: TypeAlias = Literal["oauth", "email", "credentials"]
SessionStrategy: TypeAlias = Literal["jwt", "database"]

# JSON of any shape: a provider's claims, an app's own fields, or the body of a request.
Profile: TypeAlias = Mapping[str, Any]


class SessionUser(TypedDict):
    """``session["user"]``: the user's data that v4 sends to the browser.

    If your ``session`` callback adds more, declare it in a subclass: ``class MyUser(SessionUser): role: str``.
    """

    # Read-only, so that a subclass may require it: PEP 705, "Inheritance".
    id: ReadOnly[NotRequired[str]]
    name: str | None
    email: str | None
    image: str | None


class Session(TypedDict):
    """A session as ``GET /session`` returns it: ``{"user": {...}, "expires": "2026-12-23T05:57:00.123Z"}``.

    For a user type of your own declare ``class MySession(Session): user: MyUser``.
    """

    # Read-only, so that a subclass may narrow its type.
    user: ReadOnly[SessionUser]
    expires: str


class TokenIdentity(TypedDict, total=False):
    """The claim ``authwright`` of a session token.

    ``sid`` identifies the session from sign-in to sign-out. ``sub`` says where the id in the token's own ``sub`` comes
    from: the adapter or the app.
    """

    sid: str
    sub: Literal["adapter", "app"]


class JWT(TypedDict):
    """The claims of the encrypted session token: v4's and our own.

    If your ``jwt`` callback adds more, declare it in a subclass: ``class MyJWT(JWT, total=False): role: str``.
    """

    name: str | None
    email: str | None
    picture: str | None
    sub: str
    iat: NotRequired[int]
    exp: NotRequired[int]
    jti: NotRequired[str]
    auth_time: NotRequired[float]
    authwright: NotRequired[TokenIdentity]


@dataclass(slots=True, kw_only=True)
class User:
    """A user, as ``authorize``, ``profile`` and the adapters return it.

    ``extra`` holds any other fields of the app's own user model, for use in callbacks.
    """

    id: str
    name: str | None = None
    email: str | None = None
    image: str | None = None
    email_verified: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> User:
        """Create a user from a dict.

        Args:
            values: The fields by name. Unknown names go to ``extra``. An id that is not a string is converted to one.

        Returns:
            The user. Its id is empty if *values* has none.
        """
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
    """An account with a provider that a user signs in with, identified by ``(provider, provider_account_id)``.

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
    """A row of the session table.

    ``provider`` is the id of the provider that the user signed in with, and ``sid`` is that provider's id for the
    session. ``created`` is None if the table has no such column. ``ip`` and ``user_agent`` are those of the sign-in
    request, stored only with ``SessionOptions(record_client=True)``.
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
    """One of a user's sessions, safe to show on a page.

    ``id`` identifies the session and, unlike its token, is not secret. ``last_seen`` is only updated every
    ``update_age``. With ``record_client``, ``ip`` and ``user_agent`` are those of the sign-in request; a browser can
    send any text as ``user_agent``.
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
    """One of a user's accounts without its tokens, safe to show on a page."""

    provider: str
    provider_account_id: str
    type: ProviderType


@dataclass(slots=True, kw_only=True)
class VerificationToken:
    """An e-mail link that was sent. ``token`` is the hash of the link's token, never the token itself."""

    identifier: str
    token: str = field(repr=False)
    expires: datetime
