"""The fake provider's signing keys, which can be rotated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey


class SigningKeys:
    """RSA keys; the newest signs, all are published."""

    def __init__(self) -> None:
        self._keys: list[RSAKey] = []
        self.rotate()

    def rotate(self, *, forget: bool = False) -> None:
        """Sign with a new key from now on. With *forget* the old ones are published no more."""
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
        self._keys = [key] if forget else [key, *self._keys]

    def public(self) -> dict[str, Any]:
        """The key set (RFC 7517 section 5)."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def sign(self, claims: Mapping[str, Any]) -> str:
        key = self._keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid or ""}, dict(claims), key, algorithms=["RS256"])
