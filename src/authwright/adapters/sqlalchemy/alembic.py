"""Hooks for the ``env.py`` of an app with its own Alembic history, so that ``--autogenerate`` works next to our tables.

Rule 1: autogenerate never drops a table that authwright reads and that the app's metadata lacks.
Rule 2: a revision contains only types of SQLAlchemy, so it needs no import of authwright and does not change later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from authwright.adapters.sqlalchemy.mapping.columns import (
    ExactVARCHAR,
    UnicodeTEXT,
    UnicodeVARCHAR,
    UTCDateTime,
    exact_collation,
)
from authwright.adapters.sqlalchemy.mapping.node import NODE
from authwright.adapters.sqlalchemy.migrations import VERSION_TABLE
from authwright.adapters.sqlalchemy.tables import metadata

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from sqlalchemy.schema import SchemaItem

__all__ = ["include_object", "render_item"]

_TABLES = {*metadata.tables, *(table.name for schema in NODE.values() for table in schema.tables), VERSION_TABLE}
# The migrations of the tables of Node adapters give their constraints and indexes names with this prefix.
_PREFIX = "authwright_"
_PREFIXED = ("index", "unique_constraint", "foreign_key_constraint")


def include_object(
    item: SchemaItem, name: str | None, type_: str, reflected: bool, compare_to: SchemaItem | None
) -> bool:
    """Return False for what authwright keeps in the database of an app, so that autogenerate does not drop it.

    These are our tables and those of the Node adapters, unless the app's own metadata has a table of the same name; the
    table in which ``authwright migrate`` stores its revision; and the constraints that it adds to the tables of
    ``@auth/pg-adapter``. Pass the function to Alembic's ``context.configure(include_object=...)``.

    Args:
        item: The table, index or constraint.
        name: The name of *item*.
        type_: Alembic's word for the kind of *item*, such as ``"table"``.
        reflected: Whether *item* comes from the database.
        compare_to: The counterpart of *item* in the app's metadata, or None.

    Returns:
        Whether autogenerate compares *item*.
    """
    if not reflected or compare_to is not None or name is None:
        return True
    if type_ == "table":
        return name not in _TABLES
    return not (type_ in _PREFIXED and name.startswith(_PREFIX))


def render_item(type_: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Return the source text of our column types, written with the types of SQLAlchemy.

    Pass the function to Alembic's ``context.configure(render_item=...)`` if the app's metadata contains our mixins or
    tables.

    Args:
        type_: Alembic's word for the kind of *item*, such as ``"type"``.
        item: The column type.
        autogen_context: The context of the run.

    Returns:
        The source text, or False if *item* is not ours, so that Alembic renders it.
    """
    if type_ != "type" or not isinstance(item, UTCDateTime | ExactVARCHAR | UnicodeVARCHAR | UnicodeTEXT):
        return False
    autogen_context.imports.add("from sqlalchemy.dialects import mysql")
    if isinstance(item, UTCDateTime):
        prefix = autogen_context.opts["sqlalchemy_module_prefix"]
        return f"{prefix}DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), 'mysql', 'mariadb')"
    if isinstance(item, UnicodeTEXT):
        return "mysql.MEDIUMTEXT(charset='utf8mb4')"
    if isinstance(item, UnicodeVARCHAR):
        return f"mysql.VARCHAR(length={item.length}, charset='utf8mb4')"
    collation = exact_collation(autogen_context.dialect)
    return f"mysql.VARCHAR(length={item.length}, charset='utf8mb4', collation='{collation}')"
