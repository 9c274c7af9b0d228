"""Add what the tables of ``@auth/pg-adapter`` lack: unique constraints, foreign keys with a cascade, and indexes.

Concurrent requests need the constraints. Node's adapter continues to work; if it inserts the same row twice at the same
time, one of the inserts now fails, as it should.
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
    """Add the constraints and indexes.

    Raises:
        ConfigurationError: Existing rows violate a constraint. Nothing is changed.
    """
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
        problem = f"{count} entries in the table {table!r} are duplicates or belong to a user who does not exist."
        remedy = f"Nothing was changed. Merge or delete the rows that this query finds, then try again: {query}"
        raise ConfigurationError("database", problem, remedy)
