"""What the races need and ``@auth/pg-adapter``'s tables lack: what is unique, whose rows go with a user, and indexes.

Node's adapter works on as before; of two inserts at the same instant one now fails there, as it should.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from authwright.errors import ConfigurationError

revision = "authwright_pg_0001"
down_revision = None

_UNIQUE = {
    "users": ["email"],
    "accounts": ["provider", "providerAccountId"],
    "sessions": ["sessionToken"],
}
_OF_A_USER = ("accounts", "sessions")


def upgrade() -> None:
    """Add the constraints. Raises ``ConfigurationError`` where rows contradict one; then nothing was changed."""
    for table, columns in _UNIQUE.items():
        names = ", ".join(f'"{column}"' for column in columns)
        present = " AND ".join(f'"{column}" IS NOT NULL' for column in columns)
        _refuse(table, f"SELECT {names} FROM {table} WHERE {present} GROUP BY {names} HAVING count(*) > 1")  # noqa: S608
    for table in _OF_A_USER:
        _refuse(table, f'SELECT id FROM {table} WHERE "userId" NOT IN (SELECT id FROM users)')  # noqa: S608
    for table, columns in _UNIQUE.items():
        op.create_unique_constraint(f"authwright_{table}_key", table, columns)
    for table in _OF_A_USER:
        op.create_foreign_key(f"authwright_{table}_user", table, "users", ["userId"], ["id"], ondelete="CASCADE")
        op.create_index(f"authwright_{table}_of_user", table, ["userId"])


def _refuse(table: str, query: str) -> None:
    count = op.get_bind().execute(text(f"SELECT count(*) FROM ({query}) AS found")).scalar_one()  # noqa: S608
    if count:
        problem = f"has {count} rows in {table!r} that no constraint can hold: duplicates, or rows of no user."
        raise ConfigurationError("database", problem, f"Nothing was changed. Merge or delete what this finds: {query}")
