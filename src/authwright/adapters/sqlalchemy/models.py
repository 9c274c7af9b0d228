"""Mixins for an app's own models, to which the app can add columns.

A column that an app adds to its user model is a key of ``User.extra``. The default models are in ``tables.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from authwright.adapters.records import new_id
from authwright.adapters.sqlalchemy.mapping.columns import UTCDateTime, key, text

__all__ = ["AccountMixin", "Models", "SessionMixin", "UserMixin", "VerificationTokenMixin"]


class UserMixin:
    """A user.

    If a model gives ``id`` another type, such as ``Mapped[int]``, the models of accounts and sessions must give their
    ``user_id`` the same type.
    """

    __tablename__ = "users"

    id: Mapped[Any] = mapped_column(key(36), primary_key=True, default=new_id)
    name: Mapped[str | None] = mapped_column(text())
    email: Mapped[str | None] = mapped_column(key(320), unique=True)
    image: Mapped[str | None] = mapped_column(text())
    email_verified: Mapped[datetime | None] = mapped_column(UTCDateTime)
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class AccountMixin:
    """A user's account at an identity provider."""

    __tablename__ = "accounts"

    provider: Mapped[str] = mapped_column(key(255), primary_key=True)
    type: Mapped[str] = mapped_column(text(32))
    provider_account_id: Mapped[str] = mapped_column(key(255), primary_key=True)
    user_id: Mapped[Any] = mapped_column(key(36), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    access_token: Mapped[str | None] = mapped_column(text())
    refresh_token: Mapped[str | None] = mapped_column(text())
    id_token: Mapped[str | None] = mapped_column(text())
    expires_at: Mapped[int | None] = mapped_column(BigInteger)
    token_type: Mapped[str | None] = mapped_column(text(255))
    scope: Mapped[str | None] = mapped_column(text())
    session_state: Mapped[str | None] = mapped_column(text())


class SessionMixin:
    """A session of a user."""

    __tablename__ = "sessions"

    session_token: Mapped[str] = mapped_column(key(255), primary_key=True)
    user_id: Mapped[Any] = mapped_column(key(36), ForeignKey("users.id", ondelete="CASCADE"), index=True)
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    provider: Mapped[str | None] = mapped_column(text(255))
    sid: Mapped[str | None] = mapped_column(text(255))
    created: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ip: Mapped[str | None] = mapped_column(text(512))
    user_agent: Mapped[str | None] = mapped_column(text(512))


class VerificationTokenMixin:
    """The token of a sign-in link that was sent by e-mail."""

    __tablename__ = "verification_tokens"

    identifier: Mapped[str] = mapped_column(key(320), primary_key=True)
    token: Mapped[str] = mapped_column(key(255), primary_key=True)
    expires: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


@dataclass(frozen=True, kw_only=True)
class Models:
    """The app's own models: mapped classes that have the attributes of the mixins."""

    user: type[Any]
    account: type[Any]
    session: type[Any]
    verification_token: type[Any]
