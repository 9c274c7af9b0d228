"""Requests of the client itself, such as the token request (RFC 6749 section 4.1.3), and how it proves itself.

``client_secret_basic`` and ``client_secret_post`` are RFC 6749 section 2.3.1, ``private_key_jwt`` and
``client_secret_jwt`` are OIDC Core section 9 and RFC 7523. What is configured wins over what the metadata lists.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from authwright.errors import OAuthCallbackError, TokenRequestRefused
from authwright.oauth.outbound import Answer, Outbound
from authwright.providers import OAuth
from authwright.providers.oauth import ClientAuth

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

    Key = OctKey | RSAKey | ECKey | OKPKey

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFETIME = 60
_ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519", "oct": "HS256"}


async def request_as_client(
    outbound: Outbound, provider: OAuth, endpoint: str, form: Mapping[str, str], document: Mapping[str, Any]
) -> dict[str, Any]:
    """The JSON answer to *form* of an endpoint at which the client authenticates.

    Raises:
        TokenRequestRefused: The provider refuses.
        OAuthCallbackError: It answers something else.
    """
    headers, proof = authentication(provider, endpoint, document)
    answer = await outbound.post(endpoint, {**form, **proof}, headers)
    # RFC 6749 section 5.1, and RFC 9126 section 2.2 for a pushed request.
    if answer.status not in (200, 201):
        error = _error_code(answer) if answer.body else ""
        detail = f"{provider.id} answered the client {answer.status} {error and repr(error)}".rstrip() + "."
        raise TokenRequestRefused(detail, error)
    tokens = answer.json()
    if "error" in tokens:
        # GitHub answers errors with 200.
        error = str(tokens["error"])[:64]
        raise TokenRequestRefused(f"{provider.id} answered the client {error!r}.", error)
    return tokens


def authentication(
    provider: OAuth, endpoint: str, document: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    """The headers and the form fields that authenticate the client."""
    method = provider.client_auth or _choose(provider, document)
    secret = provider.client_secret or ""
    if method == "client_secret_basic":
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(secret)}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}, {}
    if method == "client_secret_post":
        return {}, {"client_id": provider.client_id, "client_secret": secret}
    if method in ("private_key_jwt", "client_secret_jwt"):
        assertion = _assertion(provider, method, document.get("issuer") or endpoint)
        return {}, {
            "client_id": provider.client_id,
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": assertion,
        }
    return {}, {"client_id": provider.client_id}


def _choose(provider: OAuth, document: Mapping[str, Any]) -> ClientAuth:
    if provider.private_key:
        return "private_key_jwt"
    if not provider.client_secret:
        return "none"
    # OIDC Discovery section 3: where nothing is listed, client_secret_basic is meant.
    listed = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    posts = isinstance(listed, list) and "client_secret_basic" not in listed and "client_secret_post" in listed
    return "client_secret_post" if posts else "client_secret_basic"


def _assertion(provider: OAuth, method: ClientAuth, audience: str) -> str:
    from joserfc import jwt
    from joserfc.jwk import OctKey

    key = _key(provider) if method == "private_key_jwt" else OctKey.import_key(provider.client_secret or "")
    now = int(time.time())
    claims = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": audience,
        "iat": now,
        "exp": now + _ASSERTION_LIFETIME,
        "jti": token_hex(16),
    }
    algorithm = key.alg or _ALGORITHMS[key.key_type]
    header = {"alg": algorithm} | ({"kid": key.kid} if key.kid else {})
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def _key(provider: OAuth) -> Key:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from joserfc.jwk import import_key

    given = provider.private_key
    if not isinstance(given, str):
        return import_key(dict(given or {}))
    loaded = load_pem_private_key(given.encode(), None)
    if isinstance(loaded, RSAPrivateKey):
        return import_key(given, "RSA")
    return import_key(given, "EC") if isinstance(loaded, EllipticCurvePrivateKey) else import_key(given, "OKP")


def _error_code(answer: Answer) -> str:
    try:
        return str(answer.json().get("error", ""))[:64]
    except OAuthCallbackError:
        return ""
