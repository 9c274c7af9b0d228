"""The session token that a request presents.

All code that reads a session calls ``present``, so that a session that the browser has just left is always rejected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from authwright.options import Site
from authwright.server.protocol.signed_out import read_signed_out


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A session token, and the ids of the sessions that its browser left a moment ago."""

    token: str = field(repr=False)
    signed_out: Sequence[str] = ()


def present(site: Site, cookies: Mapping[str, str], secrets: Sequence[str], now: float) -> PresentedToken | None:
    """Return the session token in *cookies*, or None if there is none."""
    token = site.cookies.session_token.read(cookies)
    if token is None:
        return None
    return PresentedToken(token, read_signed_out(site.cookies.signed_out, cookies, secrets, now))
