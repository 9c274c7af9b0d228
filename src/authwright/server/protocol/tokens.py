"""The encrypted tokens of NextAuth.js v4: a compact JWE (RFC 7516) with ``alg: dir`` and ``enc: A256GCM``.

Rule 1: the key is HKDF-SHA256(secret, salt, info "NextAuth.js Generated Encryption Key", 32 bytes). If there is a salt,
        info ends with " (<salt>)". The salt is the purpose: empty for a session, the cookie's name for a check cookie.
Rule 2: the header is {"alg":"dir","enc":"A256GCM"} and nothing else: no ``zip``, no ``crit``, no other algorithm.
Rule 3: the claims are JSON. ``exp`` is required and ``nbf`` is optional. Both must be finite numbers, and both are
        checked with a leeway of 15 seconds.
Rule 4: an invalid token always raises ``InvalidToken``, whose text never contains the token.

This code runs for every request with a session, so for speed it uses AES-GCM directly. Tests compare it with joserfc.
"""

from __future__ import annotations

import math
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeGuard

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from authwright.errors import InvalidToken
from authwright.server.strict_json import dump, load

LEEWAY = 15
_INFO = "NextAuth.js Generated Encryption Key"
_HEADER = {"alg": "dir", "enc": "A256GCM"}
_ENCODED_HEADER = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0"
_HEADER_BYTES = _ENCODED_HEADER.encode()
_TO_URLSAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URLSAFE = bytes.maketrans(b"-_+/=", b"+/!!!")
# The possible last characters of an incomplete group, whose unused bits are zero, by the length of the group.
_LAST_CHARACTERS = {1: b"", 2: b"AQgw", 3: b"AEIMQUYcgkosw048"}
_PADDING = (b"", b"===", b"==", b"=")
_IV_BYTES, _TAG_BYTES = 12, 16
# No supported server accepts a cookie header of 64 kB.
SIZE_LIMIT = 65_536


def derive_key(secret: str, salt: str = "") -> bytes:
    """Derive the 32-byte encryption key from *secret* for the purpose *salt*."""
    info = f"{_INFO} ({salt})" if salt else _INFO
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=salt.encode(), info=info.encode())
    return hkdf.derive(secret.encode())


def encode(
    claims: Mapping[str, Any],
    secret: str,
    *,
    max_age: int,
    now: float,
    random: Callable[[int], bytes],
    salt: str = "",
) -> str:
    """Encrypt *claims*, with v4's ``iat``, ``exp`` and ``jti`` added, as a token.

    Args:
        claims: The claims.
        secret: The secret that the key is derived from.
        max_age: The lifetime in seconds.
        now: Seconds since the epoch.
        random: Returns the given number of random bytes.
        salt: The purpose (Rule 1).

    Raises:
        TypeError, ValueError: The claims cannot be represented as JSON.
    """
    issued = int(now)
    # One system call returns the random bytes for both jti and iv.
    entropy = random(16 + _IV_BYTES)
    iv = entropy[16:]
    payload = {**claims, "iat": issued, "exp": issued + max_age, "jti": _uuid4(entropy[:16])}
    cipher = _cipher(secret, salt)
    sealed = cipher.encrypt(iv, dump(payload), _HEADER_BYTES)
    parts = (iv, sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:])
    encoded = b".".join([b2a_base64(part, newline=False) for part in parts])
    return _ENCODED_HEADER + ".." + encoded.translate(_TO_URLSAFE, b"=").decode()


def decode(token: str, secrets: Sequence[str], *, now: float, salt: str = "") -> dict[str, Any]:
    """Decrypt *token*, which may be encrypted with any of *secrets*, and return its claims.

    Raises:
        InvalidToken: The token is malformed, was changed, is for another purpose or has expired.
    """
    header, iv, sealed = _parse(token)
    for secret in secrets:
        try:
            plaintext = _cipher(secret, salt).decrypt(iv, sealed, header)
        except InvalidTag:
            continue
        claims = _parse_json(plaintext)
        _check_times(claims, now)
        return claims
    raise InvalidToken("The token was changed, is for another purpose, or was encrypted with another secret.")


def _parse(token: str) -> tuple[bytes, bytes, bytes]:
    """Return the authenticated header, the initialization vector, and the ciphertext joined with the tag."""
    try:
        parts = token.encode("ascii").translate(_FROM_URLSAFE).split(b".") if len(token) <= SIZE_LIMIT else []
    except UnicodeEncodeError:
        raise InvalidToken("The token is not base64url.") from None
    if len(parts) != 5 or parts[1]:
        raise InvalidToken("The token is not a compact JWE with a direct key.")
    header = _HEADER_BYTES
    if parts[0] != _HEADER_BYTES:
        # The cipher authenticates these exact bytes (RFC 7516 section 5.2), so the header must not be re-encoded.
        header = token.partition(".")[0].encode()
        if _parse_json(_from_base64(parts[0])) != _HEADER:
            raise InvalidToken("The token's header must be alg dir and enc A256GCM, and nothing else.")
    iv, ciphertext, tag = _from_base64(parts[2]), _from_base64(parts[3]), _from_base64(parts[4])
    if len(iv) != _IV_BYTES or len(tag) != _TAG_BYTES:
        raise InvalidToken("The token's initialization vector or tag has the wrong length.")
    return header, iv, ciphertext + tag


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires = claims.get("exp")
    if not _is_finite(expires) or ("nbf" in claims and not _is_finite(claims["nbf"])):
        raise InvalidToken("The token's exp or nbf is not a number.")
    if expires <= now - LEEWAY or ("nbf" in claims and claims["nbf"] > now + LEEWAY):
        raise InvalidToken("The token has expired or is not valid yet.")


def _is_finite(value: object) -> TypeGuard[float]:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _parse_json(text: bytes) -> dict[str, Any]:
    try:
        value = load(text)
    except (ValueError, RecursionError):
        raise InvalidToken("The token does not contain valid JSON.") from None
    if not isinstance(value, dict):
        raise InvalidToken("The token does not contain a JSON object.")
    return value


@lru_cache(maxsize=256)
def _cipher(secret: str, salt: str) -> AESGCM:
    return AESGCM(derive_key(secret, salt))


def _from_base64(text: bytes) -> bytes:
    """Decode *text*: base64url that has been translated to base64 with ``_FROM_URLSAFE``."""
    incomplete = len(text) & 3
    try:
        data = a2b_base64(text + _PADDING[incomplete], strict_mode=True)
    except Base64Error:
        raise InvalidToken("The token is not base64url.") from None
    # RFC 4648 section 3.5: the same bytes must not have several encodings.
    if incomplete and text[-1] not in _LAST_CHARACTERS[incomplete]:
        raise InvalidToken("The token is not canonical base64url.")
    return data


def _uuid4(random: bytes) -> str:
    """Return a UUID of version 4 (RFC 9562 section 5.4). ``str(uuid.uuid4())`` takes four times as long."""
    digits = random.hex()
    variant = "89ab"[random[8] & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
