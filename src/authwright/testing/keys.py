"""The fake provider's signing keys, which can be rotated."""

from __future__ import annotations

import json
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey


def new_key() -> RSAKey:
    """Return a new key for RS256."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


def short_key(bits: int = 1024) -> RSAKey:
    """Return a new key that is too short for RS256."""
    with warnings.catch_warnings():
        # joserfc warns of short keys.
        warnings.simplefilter("ignore")
        return RSAKey.generate_key(bits, {"use": "sig"}, auto_kid=True)


class SigningKeys:
    """RSA keys. The newest key signs, and all keys are published."""

    def __init__(self) -> None:
        self._keys: list[RSAKey] = []
        self.rotate()

    def rotate(self, key: RSAKey | None = None, *, forget: bool = False) -> None:
        """Sign with *key*, or with a new key. If *forget*, the old keys are no longer published."""
        key = key or new_key()
        self._keys = [key] if forget else [key, *self._keys]

    def public(self) -> dict[str, Any]:
        """Return the key set (RFC 7517 section 5)."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}

    def sign(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        """Return *claims* as a signed JWT. *header* replaces members of the JWT's header, and None removes a member."""
        key = self._keys[0]
        merged = {"alg": "RS256", "kid": key.kid, **(header or {})}
        kept = {name: value for name, value in merged.items() if value is not None}
        signed = f"{_encode(kept)}.{_encode(claims)}"
        # joserfc refuses to sign unknown header parameters, so this does not use it.
        assert key.private_key
        signature = key.private_key.sign(signed.encode(), PKCS1v15(), SHA256())
        return f"{signed}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _encode(value: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
