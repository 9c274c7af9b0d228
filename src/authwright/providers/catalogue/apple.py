"""Sign in with Apple (https://developer.apple.com/documentation/signinwithapplerestapi)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from authwright.errors import ConfigurationError
from authwright.providers.base import Style
from authwright.providers.entry import OIDCService
from authwright.providers.profiles import mapped
from authwright.server.strict_json import load_repaired

__all__ = ["Apple", "apple_client_secret"]

_AUDIENCE = "https://appleid.apple.com"


# Seconds. Apple rejects a secret that is valid for more than six months.
LONGEST_LIFETIME = 15_777_000


def _profile(claims: Mapping[str, Any], params: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the user. Apple sends the name only at the first sign-in, as JSON next to the code, without a signature.

    Therefore nothing but the name is taken from there.
    """
    user = mapped(id="sub", name="name", email="email")(claims)
    try:
        sent = load_repaired((params or {}).get("user", "").encode())
    except (ValueError, RecursionError):
        return user
    name = mapped(id="", name="name.firstName name.lastName")(sent)["name"]
    return user | {"name": user["name"] or name}


Apple: OIDCService = OIDCService(
    id="apple",
    name="Apple",
    issuer=_AUDIENCE,
    scope="name email",
    # Apple requires form_post if the scope contains name or email.
    response_mode="form_post",
    client_auth="client_secret_post",
    profile=_profile,
    style=Style("#000", "#fff"),
)


def apple_client_secret(
    *, team_id: str, key_id: str, private_key: str, client_id: str, lifetime: int = LONGEST_LIFETIME
) -> str:
    """Create the ``client_secret`` for ``Apple``: a JWT that the app signs with ES256.

    Args:
        team_id: The Team ID of the developer account.
        key_id: The Key ID of the private key.
        private_key: The content of the ``.p8`` file of a key created for Sign in with Apple.
        client_id: The Services ID.
        lifetime: The lifetime in seconds, at most 15777000. Restart the app, or create a new secret, before it ends.

    Returns:
        The client secret.

    Raises:
        ConfigurationError: *private_key* is invalid, or *lifetime* is out of range.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey

    if not 0 < lifetime <= LONGEST_LIFETIME:
        raise ConfigurationError(
            "apple_client_secret.lifetime", f"is {lifetime}.", f"Use 1 to {LONGEST_LIFETIME} seconds."
        )
    now = int(time.time())
    claims = {"iss": team_id, "iat": now, "exp": now + lifetime, "aud": _AUDIENCE, "sub": client_id}
    try:
        return jwt.encode({"alg": "ES256", "kid": key_id}, claims, ECKey.import_key(private_key), algorithms=["ES256"])
    except (JoseError, ValueError, TypeError):
        remedy = "Use the complete content of the .p8 file from Apple."
        raise ConfigurationError("apple_client_secret.private_key", "is not a valid key.", remedy) from None
