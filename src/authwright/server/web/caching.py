"""Which responses may set or remove a session cookie, and the ``Cache-Control`` that they then need.

A cache that stores a response also stores its ``Set-Cookie``, and would give one user's session to the next user (RFC
9111 section 7.3).

Rule 1: a response that the app lets shared caches store carries no session cookie: the session is not renewed on it,
        and an invalid session is not removed.
Rule 2: every other response on which a session cookie is set or removed is ``private, no-store``.
Rule 3: the cookies of a sign-in or an update that the app requests are always set, and the response becomes private.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["governs_caching", "is_shared", "private"]

# A comma inside a quoted string does not separate directives (RFC 9110 section 5.6.1).
_DIRECTIVE = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*"|")+')
# The directives that stay next to "no-store". Others give the response a lifetime, and "must-understand" even lets a
# cache ignore "no-store" (RFC 9111 section 5.2.2.3).
_KEPT = frozenset({"no-cache", "no-transform", "must-revalidate", "proxy-revalidate"})


def is_shared(headers: Iterable[tuple[str, str]]) -> bool:
    """Return whether a response with *headers* may be stored by shared caches, such as a CDN.

    This is so with ``public`` or ``s-maxage``, and if a header that only CDNs read gives it a lifetime (RFC 9213).
    """
    for name, value in headers:
        if not governs_caching(name):
            continue
        directives = {_name_of(directive) for directive in _directives(value)}
        if name.lower() == "cache-control":
            if directives & {"public", "s-maxage"}:
                return True
        elif directives & {"public", "s-maxage", "max-age"} and not directives & {"private", "no-store"}:
            return True
    return False


def private(headers: Iterable[tuple[str, str]]) -> str:
    """Return the ``Cache-Control`` of a response with *headers* once a session cookie is set on it or removed."""
    values = [value for name, value in headers if name.lower() == "cache-control"]
    directives = [directive for value in values for directive in _directives(value) if _name_of(directive) in _KEPT]
    return ", ".join(dict.fromkeys(["private", "no-store", *directives]))


def governs_caching(name: str) -> bool:
    """Return whether ``private`` replaces the header *name*: ``Cache-Control``, or a header that only CDNs read."""
    lower = name.lower()
    return lower.endswith("cache-control") or lower == "surrogate-control"


def _directives(value: str) -> list[str]:
    return [directive.strip() for directive in _DIRECTIVE.findall(value) if directive.strip()]


def _name_of(directive: str) -> str:
    return directive.partition("=")[0].strip().lower()
