"""The part of this package that a PyScript page loads: the client's core and ``authwright.client.browser``."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

__all__ = ["browser_source"]

_PACKAGE = Path(__file__).parent.parent
_CLIENT = ("api", "browser", "browser_host", "context", "log", "polling", "required", "store", "text")

FILES = tuple(_PACKAGE / name for name in ("__init__.py", "errors.py", "client/__init__.py")) + tuple(
    _PACKAGE / "client" / f"{name}.py" for name in _CLIENT
)


@cache
def browser_source() -> bytes:
    """Return the source as a zip file, to serve at a path in PyScript's ``files``: ``{"/authwright.zip": "./*"}``.

    The wheel works too, but it is larger, since it contains the server.
    """
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        for file in FILES:
            zipped.write(file, file.relative_to(_PACKAGE.parent))
    return archive.getvalue()
