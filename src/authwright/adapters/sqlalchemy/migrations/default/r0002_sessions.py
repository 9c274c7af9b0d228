"""Add the address and User-Agent of sessions, indexes on expiry for the clean-up, and the table of revocations.

What ``create_all`` has created already stays as it is.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Double, String, inspect

from authwright.adapters.sqlalchemy.mapping.columns import key

revision = "authwright_0002"
down_revision = "authwright_0001"


def upgrade() -> None:
    """Add the missing columns, indexes and table."""
    inspector = inspect(op.get_bind())
    present = {column["name"] for column in inspector.get_columns("sessions")}
    for column in (Column("ip", String(512)), Column("user_agent", String(512))):
        if column.name not in present:
            op.add_column("sessions", column)
    for table in ("sessions", "verification_tokens"):
        name = f"ix_{table}_expires"
        if name not in {index["name"] for index in inspector.get_indexes(table)}:
            op.create_index(name, table, ["expires"])
    if not inspector.has_table("revocations"):
        op.create_table(
            "revocations",
            Column("key", key(320), primary_key=True),
            Column("revoked_before", Double, nullable=False),
            Column("until", Double, nullable=False, index=True),
        )
