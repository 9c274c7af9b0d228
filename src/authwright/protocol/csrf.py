"""Double-submit CSRF tokens, as NextAuth.js v4 writes them.

Rule 1: the cookie holds ``token|sha256hex(token + secret)``; a cookie whose hash does not match was not set by us.
Rule 2: a POST is verified when its ``csrfToken`` field equals the token of a valid cookie.
Rule 3: both comparisons take constant time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from hmac import compare_digest


def mint(secret: str, random: Callable[[int], bytes]) -> tuple[str, str]:
    """A new token and the cookie's value that vouches for it."""
    token = random(32).hex()
    return token, f"{token}|{_hash(token, secret)}"


def read(cookie: str | None, secrets: Sequence[str]) -> str | None:
    """The token in *cookie*, or None where it is missing or was not set with one of *secrets*."""
    if not cookie:
        return None
    token, _, rest = cookie.partition("|")
    signature = rest.partition("|")[0]
    if not signature.isascii():
        # compare_digest takes no other text.
        return None
    for secret in secrets:
        if compare_digest(signature, _hash(token, secret)):
            return token
    return None


def matches(token: str | None, field: str | None) -> bool:
    """Whether the form's *field* equals the *token* of a valid cookie."""
    if not token or field is None:
        return False
    return compare_digest(token.encode("utf-8", "replace"), field.encode("utf-8", "replace"))


def _hash(token: str, secret: str) -> str:
    return sha256(f"{token}{secret}".encode("utf-8", "replace")).hexdigest()
