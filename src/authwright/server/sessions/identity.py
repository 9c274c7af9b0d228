"""The claim ``authwright`` of a session token: which session it is, and whose id its ``sub`` is.

v4 gives a token a new ``jti`` at each renewal, so nothing in v4's own claims names the session. And ``sub`` is an id
of the adapter after one sign-in, and an id that the app chose after another.

Rule 1: ``sid`` names the session from its sign-in on. Renewals keep it, Node's too, since v4 copies claims that it does
        not know. A token without it is Node's; its first renewal here derives ``sid`` from its ``jti``.
Rule 2: ``sub`` is "adapter" if the token's ``sub`` is an id of the adapter, and "app" if it is the app's own. A token
        that does not say so is Node's: its ``sub`` counts as an id of the adapter only if there is no Credentials
        provider, whose ids are the app's own.
Rule 3: what the ``jwt`` callback returns changes neither. If the callback changes the token's ``sub``, the new one is
        the app's own.
"""

from __future__ import annotations

from hashlib import sha256
from typing import cast

from authwright.types import JWT, TokenIdentity

_SID_LIMIT = 64


def new_identity(session_id: str, *, stored: bool) -> TokenIdentity:
    """Return the identity of a session that begins. *stored* is whether the user's id comes from the adapter."""
    return {"sid": session_id, "sub": "adapter" if stored else "app"}


def identity_of(claims: JWT, token: str) -> TokenIdentity:
    """Return the identity in *claims*, which *token* holds, or derive that of a token from Node."""
    given: object = claims.get("authwright")
    if isinstance(given, dict) and isinstance(given.get("sid"), str):
        return cast(TokenIdentity, given)
    jti: object = claims.get("jti")
    known = isinstance(jti, str) and 0 < len(jti) <= _SID_LIMIT
    return {"sid": str(jti) if known else sha256(token.encode()).hexdigest()}


def with_identity(claims: JWT, identity: TokenIdentity, sub: object) -> JWT:
    """Return *claims* with *identity* (Rule 3). *sub* is the claim ``sub`` before the ``jwt`` callback ran."""
    if claims.get("sub") != sub:
        identity = {"sid": identity["sid"], "sub": "app"}
    return {**claims, "authwright": identity}


def adapter_user_id(claims: JWT, *, trusts_node: bool) -> str | None:
    """Return the adapter's id of the user of *claims*, or None if ``sub`` is not known to be one.

    Args:
        claims: The claims of a valid session token.
        trusts_node: Whether ``sub`` counts as an id of the adapter if the token does not say whose id it is (Rule 2).
    """
    source = claims.get("authwright", {}).get("sub", "adapter" if trusts_node else "app")
    sub = claims.get("sub")
    return sub if source == "adapter" and isinstance(sub, str) else None
