"""The headers of a refused request in Starlette and FastAPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders

from authwright.http import Cookie
from authwright.integrations.gate import Refusal
from authwright.server.web.asgi import with_cookies


def refusal_headers(refused: Refusal, cookies: Sequence[Cookie]) -> Mapping[str, str]:
    """Return the headers of a refusal for an ``HTTPException``. With cookies, a name may occur several times."""
    if not cookies:
        return refused.headers
    return MutableHeaders(raw=with_cookies(MutableHeaders(refused.headers).raw, cookies))
