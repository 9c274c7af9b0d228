"""The default tables of ``SQLAlchemyAdapter``, with a column for each field, and the table of ``SQLAlchemyRevocation``.

Rule 1: columns that identify a row are a primary key or unique, and are compared exactly, whatever the collation of the
        database.
Rule 2: datetimes are stored in UTC with microseconds, and are read back timezone-aware.
Rule 3: deleting a user deletes the user's accounts and sessions.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from authwright.adapters.sqlalchemy.mapping.columns import key
from authwright.adapters.sqlalchemy.models import AccountMixin, Models, SessionMixin, UserMixin, VerificationTokenMixin

__all__ = ["metadata"]


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
"""The default models, for an app without its own models."""

metadata: MetaData = _Base.metadata
users: Table = metadata.tables["users"]
accounts: Table = metadata.tables["accounts"]
sessions: Table = metadata.tables["sessions"]
verification_tokens: Table = metadata.tables["verification_tokens"]
revocations: Table = Table(
    "revocations",
    metadata,
    Column("key", key(320), primary_key=True),
    Column("revoked_before", Double, nullable=False),
    Column("until", Double, nullable=False, index=True),
)
