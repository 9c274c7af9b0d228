"""The part of this package that a PyScript page loads: the client's core and ``authwright.client.browser``."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

__all__ = ["browser_source"]

_PACKAGE = Path(__file__).parents[1]
# The core, except for its modules that need typing or asyncio.
_CORE = (
    *("__init__", "api", "arguments", "body", "context", "handlers", "log", "outcome", "polling", "required", "store"),
    *("text", "timer"),
)
_BROWSER = ("__init__", "host", "page")

FILES = (
    *(_PACKAGE / name for name in ("__init__.py", "errors.py", "client/__init__.py")),
    *(_PACKAGE / "client" / "core" / f"{name}.py" for name in _CORE),
    *(_PACKAGE / "client" / "browser" / f"{name}.py" for name in _BROWSER),
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
