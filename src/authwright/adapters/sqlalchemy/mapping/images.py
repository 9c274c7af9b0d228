"""Drop a user's image that does not fit into its column.

A provider may send the image itself, in a ``data:`` URL. A sign-in must not fail because of an image, so an image that
does not fit is dropped, with a line in the log.
"""

from __future__ import annotations

from sqlalchemy import Column, Dialect, String
from sqlalchemy.dialects import mysql

from authwright.server.runtime.log import Log

# https://dev.mysql.com/doc/refman/8.4/en/storage-requirements.html
_MYSQL_BYTES = {mysql.TINYTEXT: 2**8 - 1, mysql.MEDIUMTEXT: 2**24 - 1, mysql.LONGTEXT: 2**32 - 1}
_MYSQL_TEXT_BYTES = 2**16 - 1


class ImageColumn:
    """The column for images.

    Args:
        column: The column.
        dialect: The dialect of the database.
    """

    def __init__(self, column: Column[str], dialect: Dialect) -> None:
        self._name = f"{column.table.fullname}.{column.name}"
        self._characters: int | None = None
        self._bytes: int | None = None
        kind = column.type.dialect_impl(dialect)
        if isinstance(kind, String) and dialect.name != "sqlite":
            self._characters = kind.length
        if isinstance(kind, String) and kind.length is None and dialect.name in ("mysql", "mariadb"):
            limits = (limit for text, limit in _MYSQL_BYTES.items() if isinstance(kind, text))
            self._bytes = next(limits, _MYSQL_TEXT_BYTES)

    def fitting(self, image: str | None) -> str | None:
        """Return *image*, or None if it does not fit."""
        if image is None or self._has_room(image):
            return image
        Log().warning(
            "IMAGE_TOO_LONG",
            f"The image of a user was not stored: its URL has {len(image)} characters, which do not fit into the "
            f"column {self._name}. Make the column longer.",
        )
        return None

    def _has_room(self, image: str) -> bool:
        if self._characters is not None:
            return len(image) <= self._characters
        return self._bytes is None or len(image.encode()) <= self._bytes
