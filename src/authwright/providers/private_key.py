"""The app's private key for ``private_key_jwt`` (OpenID Connect Core 1.0 section 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from authwright.server.protocol.rsa_keys import LEAST_BITS, is_short

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

    Key = OctKey | RSAKey | ECKey | OKPKey


def load_private_key(key: Mapping[str, str] | str) -> Key:
    """Return the key object for *key*, a JWK or PEM text.

    Raises:
        ValueError: *key* is invalid, is a public key, or is an RSA key of less than 2048 bits. The text completes the
            sentence "the value ...", and does not contain the key.
    """
    from joserfc.errors import JoseError

    try:
        loaded = _from_pem(key) if isinstance(key, str) else _from_jwk(key)
    except (JoseError, ValueError, TypeError, KeyError):
        raise ValueError("is not a valid JWK or unencrypted PEM text.") from None
    if loaded is None:
        raise ValueError(f"is an RSA key of less than {LEAST_BITS} bits (RFC 7518 section 3.3).")
    if not loaded.is_private:
        raise ValueError("is a public key.")
    return loaded


def _from_jwk(key: Mapping[str, str]) -> Key | None:
    from joserfc.jwk import import_key

    return None if is_short(key) else import_key(dict(key))


def _from_pem(key: str) -> Key | None:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from joserfc.jwk import import_key

    loaded = load_pem_private_key(key.encode(), None)
    if isinstance(loaded, RSAPrivateKey):
        return None if loaded.key_size < LEAST_BITS else import_key(key, "RSA")
    return import_key(key, "EC") if isinstance(loaded, EllipticCurvePrivateKey) else import_key(key, "OKP")
