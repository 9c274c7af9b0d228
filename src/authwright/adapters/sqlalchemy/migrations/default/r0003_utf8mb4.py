"""Change the text columns to utf8mb4 on MySQL and MariaDB, and let an image have more than 64 kB.

Earlier revisions used the default character set of the database, which may be latin1 or utf8mb3. On other databases,
this changes nothing.
"""

from __future__ import annotations

from alembic import op

from authwright.adapters.sqlalchemy.mapping.columns import text

revision = "authwright_0003"
down_revision = "authwright_0002"

# The length and whether the column may be empty, by table and column.
_COLUMNS: dict[str, dict[str, tuple[int | None, bool]]] = {
    "users": {"name": (None, True), "image": (None, True)},
    "accounts": {
        "type": (32, False),
        "access_token": (None, True),
        "refresh_token": (None, True),
        "id_token": (None, True),
        "token_type": (255, True),
        "scope": (None, True),
        "session_state": (None, True),
    },
    "sessions": {"provider": (255, True), "sid": (255, True), "ip": (512, True), "user_agent": (512, True)},
}


def upgrade() -> None:
    """Change the columns. The text in them is converted."""
    if op.get_bind().dialect.name not in ("mysql", "mariadb"):
        return
    for table, columns in _COLUMNS.items():
        for name, (length, nullable) in columns.items():
            op.alter_column(table, name, type_=text(length), existing_nullable=nullable)
