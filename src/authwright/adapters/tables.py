"""The tables of ``SQLAlchemyAdapter`` where the app has no models of its own, a column for each field of ours; and that
of ``SQLAlchemyRevocation``.

Rule 1: what identifies a row is its primary key or unique, and is compared exactly, whatever the database's collation.
Rule 2: an instant is stored in UTC with its microseconds, and comes back aware.
Rule 3: accounts and sessions go with their user.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, Table
from sqlalchemy.orm import DeclarativeBase

from authwright.adapters.columns import key
from authwright.adapters.models import AccountMixin, Models, SessionMixin, UserMixin, VerificationTokenMixin


class _Base(DeclarativeBase):
    pass


class _User(UserMixin, _Base):
    pass


class _Account(AccountMixin, _Base):
    pass


class _Session(SessionMixin, _Base):
    pass


class _VerificationToken(VerificationTokenMixin, _Base):
    pass


MODELS = Models(user=_User, account=_Account, session=_Session, verification_token=_VerificationToken)
"""The models of an app that has none of its own."""

metadata = _Base.metadata
users: Table = metadata.tables["users"]
accounts: Table = metadata.tables["accounts"]
sessions: Table = metadata.tables["sessions"]
verification_tokens: Table = metadata.tables["verification_tokens"]
revocations = Table(
    "revocations",
    metadata,
    Column("key", key(320), primary_key=True),
    Column("revoked_before", Double, nullable=False),
    Column("until", Double, nullable=False, index=True),
)
