"""Double-submit CSRF tokens, as NextAuth.js v4 writes them.

Rule 1: the cookie's value is ``token|sha256hex(token + secret)``. A cookie whose hash does not match is ignored.
Rule 2: a POST is verified if its ``csrfToken`` field equals the token of a valid cookie.
Rule 3: both comparisons take constant time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from hmac import compare_digest


def mint(secret: str, random: Callable[[int], bytes]) -> tuple[str, str]:
    """Return a new CSRF token and the value of its cookie."""
    token = random(32).hex()
    return token, f"{token}|{_hash(token, secret)}"


def read(cookie: str | None, secrets: Sequence[str]) -> str | None:
    """Return the CSRF token in *cookie*, or None if it is missing or was not signed with one of *secrets*."""
    if not cookie:
        return None
    token, _, rest = cookie.partition("|")
    signature = rest.partition("|")[0]
    if not signature.isascii():
        # compare_digest accepts ASCII strings only.
        return None
    for secret in secrets:
        if compare_digest(signature, _hash(token, secret)):
            return token
    return None


def matches(token: str | None, field: str | None) -> bool:
    """Return whether the form's *field* equals *token*, the token of a valid cookie."""
    if not token or field is None:
        return False
    return compare_digest(token.encode("utf-8", "replace"), field.encode("utf-8", "replace"))


def _hash(token: str, secret: str) -> str:
    return sha256(f"{token}{secret}".encode("utf-8", "replace")).hexdigest()
