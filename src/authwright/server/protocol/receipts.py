"""Receipts: proof of a session from the server, passed on by a browser that cannot change it.

Code on the server asks the browser to fetch the session with a nonce. The response is a receipt.

Rule 1: a receipt is an encrypted token with its own salt, so it is not accepted as a session token, and a session token
        is not accepted as a receipt.
Rule 2: a receipt is valid for one nonce and for 30 seconds.
Rule 3: an invalid receipt always raises ``InvalidToken``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from authwright.errors import BadRequest, InvalidToken
from authwright.server.protocol import tokens

LIFETIME = 30
_SALT = "authwright.receipt"
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}")


def check_nonce(nonce: str) -> str:
    """Return *nonce*. Raises ``BadRequest`` if it is not 16 to 128 characters of base64url."""
    if not _NONCE.fullmatch(nonce):
        raise BadRequest("The nonce must be 16 to 128 characters of base64url.")
    return nonce


def mint(session: Mapping[str, Any], nonce: str, secret: str, *, now: float, random: Callable[[int], bytes]) -> str:
    """Return a receipt.

    Args:
        session: The session, or an empty mapping for an anonymous visitor.
        nonce: The nonce of the request.
        secret: The secret that encrypts the receipt.
        now: Seconds since the epoch.
        random: Returns the given number of random bytes.

    Raises:
        TypeError, ValueError: *session* cannot be represented as JSON.
    """
    claims = {"session": session, "nonce": nonce}
    # Tokens are accepted until the leeway after their expiry.
    return tokens.encode(claims, secret, max_age=LIFETIME - tokens.LEEWAY, now=now, random=random, salt=_SALT)


def read(receipt: str, nonce: str, secrets: Sequence[str], *, now: float) -> dict[str, Any]:
    """Return the session in *receipt*. Raises ``InvalidToken`` if the receipt is invalid or is for another nonce."""
    claims = tokens.decode(receipt, secrets, now=now, salt=_SALT)
    issued_for, session = claims.get("nonce"), claims.get("session")
    if not isinstance(issued_for, str) or not compare_digest(issued_for.encode(), nonce.encode()):
        raise InvalidToken("The receipt is for another nonce.")
    if not isinstance(session, dict):
        raise InvalidToken("The receipt contains no session.")
    return session
