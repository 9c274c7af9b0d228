"""What a page with PyScript loads of this package: the client's core and ``authwright.client.browser``."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

_PACKAGE = Path(__file__).parent.parent
_CLIENT = ("api", "browser", "browser_host", "context", "log", "polling", "required", "store", "text")

FILES = tuple(_PACKAGE / name for name in ("__init__.py", "errors.py", "client/__init__.py")) + tuple(
    _PACKAGE / "client" / f"{name}.py" for name in _CLIENT
)


@cache
def browser_source() -> bytes:
    """The source as a zip file, for a path that PyScript's ``files`` names: ``{"/authwright.zip": "./*"}``.

    The wheel does as well; it is larger, since it holds the server too.
    """
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        for file in FILES:
            zipped.write(file, file.relative_to(_PACKAGE.parent))
    return archive.getvalue()
