"""The session token that a request presents.

All code that reads a session calls ``present``, so that a session that the browser has just signed out of is always
rejected.

Rule 1: if a request may present several tokens (see ``protocol.cookies``), the latest of the valid ones counts.
Rule 2: a sign-out ends the sessions of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from authwright.options import Site
from authwright.server.protocol.signed_out import read_signed_out


@dataclass(frozen=True, slots=True)
class PresentedToken:
    """A session token, and the ids of the sessions that its browser has just signed out of."""

    token: str = field(repr=False)
    signed_out: Sequence[str] = ()


class Issuer(Protocol):
    """The part of a session strategy that says which of several tokens is the latest."""

    async def issued(self, presented: PresentedToken, now: float) -> float | None:
        """Return when the token was issued or last used, in seconds since the epoch, or None if it is invalid.

        Raises:
            AdapterError: The store is down.
        """


async def present(
    sessions: Issuer, site: Site, cookies: Mapping[str, str], secrets: Sequence[str], now: float
) -> PresentedToken | None:
    """Return the session token in *cookies*, valid or not, or None if there is none.

    Raises:
        AdapterError: There are several tokens, and the store is down.
    """
    found = present_all(site, cookies, secrets, now)
    if len(found) < 2:
        return found[0] if found else None
    issued = [(await sessions.issued(one, now), one) for one in found]
    valid = [(when, one) for when, one in issued if when is not None]
    return max(valid, key=lambda pair: pair[0])[1] if valid else found[0]


def present_all(site: Site, cookies: Mapping[str, str], secrets: Sequence[str], now: float) -> list[PresentedToken]:
    """Return every session token that *cookies* may present, valid or not, such as for a sign-out."""
    tokens = site.cookies.session_token.candidates(cookies)
    signed_out = read_signed_out(site.cookies.signed_out, cookies, secrets, now) if tokens else ()
    return [PresentedToken(token, signed_out) for token in tokens]
