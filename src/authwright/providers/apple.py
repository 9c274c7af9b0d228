"""Sign in with Apple (https://developer.apple.com/documentation/signinwithapplerestapi)."""

from __future__ import annotations

import time

from authwright.errors import ConfigurationError
from authwright.providers.base import Style
from authwright.providers.entry import OIDCService
from authwright.providers.profiles import mapped

_AUDIENCE = "https://appleid.apple.com"
# Apple takes no secret that lives longer than six months.
LONGEST_LIFETIME = 15_777_000

Apple = OIDCService(
    id="apple",
    name="Apple",
    issuer=_AUDIENCE,
    scope="name email",
    # Apple answers with form_post only, once a name or an address is asked for.
    response_mode="form_post",
    client_auth="client_secret_post",
    profile=mapped(id="sub", name="name", email="email"),
    style=Style("#000", "#fff"),
)


def apple_client_secret(
    *, team_id: str, key_id: str, private_key: str, client_id: str, lifetime: int = LONGEST_LIFETIME
) -> str:
    """The ``client_secret`` for ``Apple``: a JWT that the app signs itself, with ES256.

    Args:
        team_id: Of the developer account.
        key_id: Of the key that was made for Sign in with Apple.
        private_key: The text of that key's ``.p8`` file.
        client_id: The Services ID.
        lifetime: Seconds, at most 15777000; a server that runs for longer must be started anew by then.

    Raises:
        ConfigurationError: Apple would refuse it: *private_key* is no such key, or *lifetime* is out of range.
    """
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey

    if not 0 < lifetime <= LONGEST_LIFETIME:
        raise ConfigurationError("apple_client_secret.lifetime", f"is {lifetime}.", f"Use 1 to {LONGEST_LIFETIME}.")
    now = int(time.time())
    claims = {"iss": team_id, "iat": now, "exp": now + lifetime, "aud": _AUDIENCE, "sub": client_id}
    try:
        return jwt.encode({"alg": "ES256", "kid": key_id}, claims, ECKey.import_key(private_key), algorithms=["ES256"])
    except (JoseError, ValueError, TypeError):
        remedy = "Use the whole text of the .p8 file that Apple made."
        raise ConfigurationError("apple_client_secret.private_key", "is no such key.", remedy) from None
