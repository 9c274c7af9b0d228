"""The tables of two Node adapters, so that a Node server and a Python server can use the same rows at the same time.

``PG`` has the tables of ``@auth/pg-adapter``. Their primary keys are sequential integers, and they have no other
constraints; ``authwright migrate --schema pg`` adds the constraints that concurrent requests need.
``PRISMA`` has the tables of ``@next-auth/prisma-adapter``, as Prisma creates them on PostgreSQL.

Neither has columns for ``User.extra``, or for the fields ``provider``, ``sid``, ``created``, ``ip`` and ``user_agent``
of a session.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from authwright.adapters.records import new_id
from authwright.adapters.sqlalchemy.mapping.columns import PrismaDateTime, UTCDateTime
from authwright.adapters.sqlalchemy.mapping.schema import Schema, columns_of

_pg = MetaData()
PG = Schema(
    users=columns_of(
        Table(
            "users",
            _pg,
            Column("id", Integer, primary_key=True),
            Column("name", String(255)),
            Column("email", String(255)),
            Column("emailVerified", UTCDateTime, key="email_verified"),
            Column("image", Text),
        )
    ),
    accounts=columns_of(
        Table(
            "accounts",
            _pg,
            Column("id", Integer, primary_key=True),
            Column("userId", Integer, key="user_id", nullable=False),
            Column("type", String(255), nullable=False),
            Column("provider", String(255), nullable=False),
            Column("providerAccountId", String(255), key="provider_account_id", nullable=False),
            Column("refresh_token", Text),
            Column("access_token", Text),
            Column("expires_at", BigInteger),
            Column("id_token", Text),
            Column("scope", Text),
            Column("session_state", Text),
            Column("token_type", Text),
        )
    ),
    sessions=columns_of(
        Table(
            "sessions",
            _pg,
            Column("id", Integer, primary_key=True),
            Column("userId", Integer, key="user_id", nullable=False),
            Column("expires", UTCDateTime, nullable=False),
            Column("sessionToken", String(255), key="session_token", nullable=False),
        )
    ),
    verification_tokens=columns_of(
        Table(
            "verification_token",
            _pg,
            Column("identifier", Text, primary_key=True),
            Column("expires", UTCDateTime, nullable=False),
            Column("token", Text, primary_key=True),
        )
    ),
)

_prisma = MetaData()
PRISMA = Schema(
    users=columns_of(
        Table(
            "User",
            _prisma,
            Column("id", Text, primary_key=True, default=new_id),
            Column("name", Text),
            Column("email", Text, unique=True),
            Column("emailVerified", PrismaDateTime, key="email_verified"),
            Column("image", Text),
        )
    ),
    accounts=columns_of(
        Table(
            "Account",
            _prisma,
            Column("id", Text, primary_key=True, default=new_id),
            Column("userId", Text, ForeignKey("User.id", ondelete="CASCADE"), key="user_id", nullable=False),
            Column("type", Text, nullable=False),
            Column("provider", Text, nullable=False),
            Column("providerAccountId", Text, key="provider_account_id", nullable=False),
            Column("refresh_token", Text),
            Column("access_token", Text),
            Column("expires_at", Integer),
            Column("token_type", Text),
            Column("scope", Text),
            Column("id_token", Text),
            Column("session_state", Text),
            UniqueConstraint("provider", "provider_account_id"),
        )
    ),
    sessions=columns_of(
        Table(
            "Session",
            _prisma,
            Column("id", Text, primary_key=True, default=new_id),
            Column("sessionToken", Text, key="session_token", nullable=False, unique=True),
            Column("userId", Text, ForeignKey("User.id", ondelete="CASCADE"), key="user_id", nullable=False),
            Column("expires", PrismaDateTime, nullable=False),
        )
    ),
    verification_tokens=columns_of(
        Table(
            "VerificationToken",
            _prisma,
            Column("identifier", Text, nullable=False),
            Column("token", Text, nullable=False, unique=True),
            Column("expires", PrismaDateTime, nullable=False),
            UniqueConstraint("identifier", "token"),
        )
    ),
)

NODE = {"pg": PG, "prisma": PRISMA}
