"""Create the four tables. Tables that ``create_all`` has created already stay as they are."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, ForeignKey, String, Text, inspect
from sqlalchemy.schema import SchemaItem

from authwright.adapters.sqlalchemy.mapping.columns import UTCDateTime, key

revision = "authwright_0001"
down_revision = None


def upgrade() -> None:
    """Create the missing tables."""
    _create(
        "users",
        Column("id", key(36), primary_key=True),
        Column("name", Text),
        Column("email", key(320), unique=True),
        Column("image", Text),
        Column("email_verified", UTCDateTime),
        Column("extra", JSON, nullable=False),
    )
    _create(
        "accounts",
        Column("provider", key(255), primary_key=True),
        Column("type", String(32), nullable=False),
        Column("provider_account_id", key(255), primary_key=True),
        Column("user_id", key(36), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("access_token", Text),
        Column("refresh_token", Text),
        Column("id_token", Text),
        Column("expires_at", BigInteger),
        Column("token_type", String(255)),
        Column("scope", Text),
        Column("session_state", Text),
    )
    _create(
        "sessions",
        Column("session_token", key(255), primary_key=True),
        Column("user_id", key(36), ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("expires", UTCDateTime, nullable=False),
        Column("provider", String(255)),
        Column("sid", String(255)),
        Column("created", UTCDateTime),
    )
    _create(
        "verification_tokens",
        Column("identifier", key(320), primary_key=True),
        Column("token", key(255), primary_key=True),
        Column("expires", UTCDateTime, nullable=False),
    )


def _create(name: str, *columns: SchemaItem) -> None:
    if not inspect(op.get_bind()).has_table(name):
        op.create_table(name, *columns)
