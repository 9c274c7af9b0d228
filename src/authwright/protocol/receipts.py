"""Receipts: the server's word about a session, carried by a browser that nobody has to trust.

A store on the server has the browser ask for the session with a nonce. The answer is a receipt.

Rule 1: a receipt is our encrypted token with a salt of its own, so it is no session token, and no session token is one.
Rule 2: it holds for one nonce and for 30 seconds.
Rule 3: whatever is wrong with one, the answer is ``InvalidToken``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from hmac import compare_digest
from typing import Any

from authwright.errors import BadRequest, InvalidToken
from authwright.protocol import tokens

LIFETIME = 30
_SALT = "authwright.receipt"
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}")


def check_nonce(nonce: str) -> str:
    """*nonce*, where it can be one: 16 to 128 characters of base64url. Raises ``BadRequest``."""
    if not _NONCE.fullmatch(nonce):
        raise BadRequest("The nonce is not 16 to 128 characters of base64url.")
    return nonce


def mint(session: Mapping[str, Any], nonce: str, secret: str, *, now: float, random: Callable[[int], bytes]) -> str:
    """A receipt for *session*, empty for nobody, and *nonce*. Raises ``TypeError``, ``ValueError`` if it is no JSON."""
    claims = {"session": session, "nonce": nonce}
    # A token is honoured for the leeway beyond its end.
    return tokens.encode(claims, secret, max_age=LIFETIME - tokens.LEEWAY, now=now, random=random, salt=_SALT)


def read(receipt: str, nonce: str, secrets: Sequence[str], *, now: float) -> dict[str, Any]:
    """The session that *receipt* vouches for. Raises ``InvalidToken``."""
    claims = tokens.decode(receipt, secrets, now=now, salt=_SALT)
    named, session = claims.get("nonce"), claims.get("session")
    if not isinstance(named, str) or not compare_digest(named.encode(), nonce.encode()):
        raise InvalidToken("The receipt was made for another nonce.")
    if not isinstance(session, dict):
        raise InvalidToken("The receipt holds no session.")
    return session
