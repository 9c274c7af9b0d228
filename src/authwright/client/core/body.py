"""The body of a response, for each transport. Runs on MicroPython too."""

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

# What a transport returns for a web page. It usually means that the base path belongs to the app, not to the API.
HTML: "Final[Any]" = object()


def parse_body(text: "str | bytes") -> "Any":
    """Parse a body. Return its JSON, ``HTML`` if it is a web page, or None if it is neither."""
    try:
        return json.loads(text)
    # RecursionError is a RuntimeError. MicroPython does not know its name.
    except (ValueError, RuntimeError):
        return HTML if text.strip()[:1] in ("<", b"<") else None
