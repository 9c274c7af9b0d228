"""Requests that the client authenticates, such as the token request (RFC 6749 section 4.1.3).

RFC 6749 section 2.3.1 defines ``client_secret_basic`` and ``client_secret_post``. OIDC Core section 9 and RFC 7523
define ``private_key_jwt`` and ``client_secret_jwt``. The configured method takes precedence over the metadata.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Mapping
from secrets import token_hex
from typing import Any
from urllib.parse import quote_plus

from authwright.errors import OAuthCallbackError, TokenRequestRefused
from authwright.providers import OAuth
from authwright.providers.http import Reply
from authwright.providers.oauth import ClientAuth
from authwright.providers.private_key import load_private_key
from authwright.server.oauth.outbound import Outbound
from authwright.server.oauth.refusals import ends_grant, error_code

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFETIME = 60
_ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519", "oct": "HS256"}


async def request_as_client(
    outbound: Outbound,
    provider: OAuth,
    endpoint: str,
    form: Mapping[str, str],
    document: Mapping[str, Any],
    expected: str = "access_token",
) -> dict[str, Any]:
    """Post *form*, with the client's authentication, to *endpoint*.

    Args:
        outbound: The HTTP client.
        provider: The provider's configuration.
        endpoint: The URL of the endpoint.
        form: The fields to post.
        document: The provider's metadata.
        expected: The member that a successful response has.

    Returns:
        The JSON response.

    Raises:
        TokenRequestRefused: The provider returned an error.
        OAuthCallbackError: The response is invalid or does not arrive in time.
    """
    headers, proof = authentication(provider, endpoint, document)
    response = await outbound.post(endpoint, {**form, **proof}, headers)
    # RFC 6749 section 5.1, and RFC 9126 section 2.2 for a pushed request.
    if response.status not in (200, 201):
        error = _error_code(response) if response.body else ""
        detail = f"{provider.id} responded with status {response.status} {error and repr(error)}".rstrip() + "."
        raise TokenRequestRefused(detail, error, ends_grant(response))
    members = response.json()
    # Some providers, such as GitHub, send errors with status 200. WeChat's errors have no "error", so *expected* is
    # checked, too.
    error = error_code(members)
    if error:
        raise TokenRequestRefused(f"{provider.id} responded with the error {error!r}.", error, ends_grant(response))
    if not members.get(expected):
        raise TokenRequestRefused(f"The response of {provider.id} has no {expected}.", "", ends_grant(response))
    return members


def authentication(
    provider: OAuth, endpoint: str, document: Mapping[str, Any]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the headers and the form fields that authenticate the client."""
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
    # OIDC Discovery section 3: client_secret_basic is the default.
    listed = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    posts = isinstance(listed, list) and "client_secret_basic" not in listed and "client_secret_post" in listed
    return "client_secret_post" if posts else "client_secret_basic"


def _assertion(provider: OAuth, method: ClientAuth, audience: str) -> str:
    from joserfc import jwt
    from joserfc.jwk import OctKey

    private = method == "private_key_jwt"
    key = load_private_key(provider.private_key or "") if private else OctKey.import_key(provider.client_secret or "")
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


def _error_code(response: Reply) -> str:
    try:
        return error_code(response.json())
    except OAuthCallbackError:
        return ""
