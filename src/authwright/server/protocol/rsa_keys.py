"""The minimum size of an RSA key for signatures: 2048 bits (RFC 7518 sections 3.3 and 3.5).

Shorter keys can be factored. The minimum applies to RS256 and to PS256, to the keys of a provider and to the app's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEAST_BITS = 2048


def is_short(key: Mapping[str, Any]) -> bool:
    """Return whether the JWK *key* is an RSA key that is too short. Raises ValueError or TypeError if it is invalid."""
    from joserfc.util import base64_to_int

    return key.get("kty") == "RSA" and base64_to_int(key.get("n", "")).bit_length() < LEAST_BITS
