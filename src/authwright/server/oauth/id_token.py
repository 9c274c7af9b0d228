"""Validation of ID tokens (OpenID Connect Core 1.0 section 3.1.3.7).

The token cannot choose its algorithm: it must be one of the configured algorithms. Keys come from the provider's key
set only, so ``jwk``, ``jku`` and ``x5u`` in the header are ignored. An RSA key of less than 2048 bits verifies nothing.
A token with ``crit`` or ``b64`` in its header is rejected, because neither is supported.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from hmac import compare_digest
from typing import Any, TypeGuard

from authwright.errors import OAuthCallbackError
from authwright.server.oauth.metadata import Cached
from authwright.server.protocol.rsa_keys import LEAST_BITS, is_short
from authwright.server.strict_json import load_repaired

LEEWAY = 60
_SUBJECT_LIMIT = 255
_HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
_TYPES = (None, "jwt")
# Up to this number, floats represent integers exactly, in Python as well as in JavaScript.
_LAST_SECOND = 2**53
# joserfc's limit is 512 bytes, which is too small for a header with a certificate or a key.
_HEADER_LIMIT = 16_384
# Seconds. Back-Channel Logout 1.0 section 2.4 recommends at most two minutes.
LOGOUT_LIFETIME = 3600
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"


async def validate(
    token: str,
    keys: Cached[list[dict[str, Any]]],
    *,
    algorithms: Sequence[str],
    issuer: str,
    client_id: str,
    nonce: str | None,
    now: float,
    access_token: str | None = None,
) -> dict[str, Any]:
    """Validate an ID token and return its claims.

    Args:
        token: The token, a compact JWS.
        keys: The provider's keys.
        algorithms: The allowed algorithms, such as ``["RS256"]``.
        issuer: The expected ``iss``.
        client_id: The expected audience.
        nonce: The nonce of the authorization request, or None if it had none.
        now: Seconds since the epoch.
        access_token: The access token of the same response, to check ``at_hash``.

    Raises:
        OAuthCallbackError: The token is invalid. The detail says why and does not contain the token.
    """
    header = _header(token)
    algorithm = _algorithm(header, algorithms, _TYPES)
    claims = await _verified(token, header, keys, algorithm)
    _check_parties(claims, issuer, client_id)
    _check_subject(claims)
    _check_times(claims, now)
    if "events" in claims:
        # Back-Channel Logout 1.0 section 2.4: a logout token must not be accepted as an ID token.
        raise OAuthCallbackError("The token has the claim events, so it is not an ID token.")
    if nonce is not None and not _equal(claims.get("nonce"), nonce):
        raise OAuthCallbackError("The ID token's nonce is missing or is not the nonce of the authorization request.")
    if (
        "at_hash" in claims
        and access_token is not None
        and not _equal(claims["at_hash"], _half(algorithm, access_token))
    ):
        raise OAuthCallbackError("The ID token's at_hash does not match the access token.")
    return claims


def subject(token: str) -> str | None:
    """Return the ``sub`` of a stored ID token without verifying it: it was verified when it was received.

    Returns:
        The ``sub``, or None if the token cannot be decoded.
    """
    try:
        payload = token.split(".")[1]
        claims = load_repaired(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError, RecursionError):
        return None
    return claims.get("sub") if isinstance(claims, dict) else None


async def validate_logout_token(
    token: str,
    keys: Cached[list[dict[str, Any]]],
    *,
    algorithms: Sequence[str],
    issuer: str,
    client_id: str,
    now: float,
) -> dict[str, Any]:
    """Validate a logout token and return its claims (OpenID Connect Back-Channel Logout 1.0 section 2.6).

    The parameters are those of ``validate``.

    Raises:
        OAuthCallbackError: The token is invalid. The detail says why and does not contain the token.
    """
    header = _header(token)
    claims = await _verified(token, header, keys, _algorithm(header, algorithms, (*_TYPES, "logout+jwt")))
    _check_parties(claims, issuer, client_id)
    _check_times(claims, now)
    if claims["exp"] - claims["iat"] > LOGOUT_LIFETIME:
        # With a longer lifetime, a copy could end sessions again after its jti has been forgotten.
        raise OAuthCallbackError("The logout token is valid for more than an hour (exp - iat).")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict):
        raise OAuthCallbackError("The logout token's claim events contains no back-channel logout event.")
    # An ID token must not be accepted as a logout token.
    if "nonce" in claims or not isinstance(claims.get("jti"), str):
        raise OAuthCallbackError("The logout token must have a jti and must not have a nonce.")
    # The standard allows a token with sid only, but here sessions are found by user.
    _check_subject(claims)
    if not isinstance(claims.get("sid", ""), str):
        raise OAuthCallbackError("The logout token's sid is not a string.")
    return claims


async def validate_userinfo(
    token: str, keys: Cached[list[dict[str, Any]]], *, algorithms: Sequence[str], issuer: str, client_id: str
) -> dict[str, Any]:
    """Validate a signed userinfo response and return its claims (OIDC Core section 5.3.2).

    The parameters are those of ``validate``.

    Raises:
        OAuthCallbackError: The response is invalid. The detail says why and does not contain the response.
    """
    header = _header(token)
    claims = await _verified(token, header, keys, _algorithm(header, algorithms, _TYPES))
    _check_parties({"iss": issuer, "aud": client_id, **claims}, issuer, client_id)
    return claims


def _algorithm(header: Mapping[str, Any], algorithms: Sequence[str], types: Sequence[str | None]) -> str:
    algorithm = str(header.get("alg"))
    if algorithm not in algorithms:
        raise OAuthCallbackError("The token's algorithm is not one of the provider's id_token_algorithms.")
    if _type(header) not in types or "crit" in header or "b64" in header:
        raise OAuthCallbackError("The token's typ is wrong, or its header has crit or b64, which are not supported.")
    return algorithm


def _type(header: Mapping[str, Any]) -> object:
    """Return ``typ`` in lower case and without ``application/``, which is optional (RFC 7515 section 4.1.9)."""
    media_type = header.get("typ")
    return media_type.lower().removeprefix("application/") if isinstance(media_type, str) else media_type


async def _verified(
    token: str, header: Mapping[str, Any], keys: Cached[list[dict[str, Any]]], algorithm: str
) -> dict[str, Any]:
    candidates = _matching(await keys.get(), header, algorithm)
    claims = _verify(token, candidates, algorithm)
    if claims is None and header.get("kid") not in [key["kid"] for key in candidates if "kid" in key]:
        # The provider may have changed its keys since they were last fetched.
        candidates = _matching(await keys.renew(), header, algorithm)
        claims = _verify(token, candidates, algorithm)
    if claims is None and any(_is_short(key) for key in candidates):
        problem = f"The provider's RSA key for the token has less than {LEAST_BITS} bits"
        raise OAuthCallbackError(f"{problem}, so it verifies nothing (RFC 7518 section 3.3).")
    if claims is None:
        raise OAuthCallbackError("The token's signature cannot be verified with any of the provider's keys.")
    return claims


def _matching(keys: Sequence[dict[str, Any]], header: Mapping[str, Any], algorithm: str) -> list[dict[str, Any]]:
    kid = header.get("kid")
    named = [key for key in keys if kid is None or key.get("kid") in (kid, None)]
    return [key for key in named if key.get("alg", algorithm) == algorithm]


def _verify(token: str, keys: Sequence[dict[str, Any]], algorithm: str) -> dict[str, Any] | None:
    from joserfc import jws
    from joserfc.errors import JoseError
    from joserfc.jwk import import_key

    # RFC 7515 section 4: unknown header parameters must be ignored. By default joserfc rejects them.
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = _HEADER_LIMIT
    for key in keys:
        if _is_short(key):
            continue
        try:
            # Import each key separately, so that an invalid key does not affect the others.
            payload = jws.deserialize_compact(token, import_key(key), registry=registry).payload
            claims = load_repaired(payload)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            continue
        return claims if isinstance(claims, dict) else None
    return None


def _is_short(key: Mapping[str, Any]) -> bool:
    try:
        return is_short(key)
    except (ValueError, TypeError):
        return False


def _header(token: str) -> dict[str, Any]:
    try:
        first, _, _ = token.split(".")
        header = load_repaired(urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, RecursionError):
        raise OAuthCallbackError("The token is not a valid compact JWS.") from None
    if not isinstance(header, dict):
        raise OAuthCallbackError("The token's header is not a JSON object.")
    return header


def _check_parties(claims: Mapping[str, Any], issuer: str, client_id: str) -> None:
    # In Microsoft's metadata for accounts of any tenant, the issuer contains a placeholder for the token's tenant.
    if claims.get("iss") != issuer.replace("{tenantid}", str(claims.get("tid"))):
        raise OAuthCallbackError("The token's iss is not the provider's issuer.")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if client_id not in audiences:
        raise OAuthCallbackError("The token's aud does not include this client.")
    if claims.get("azp", client_id) != client_id or (len(audiences) > 1 and "azp" not in claims):
        raise OAuthCallbackError("The token was issued to another client (azp), or has several audiences and no azp.")


def _check_subject(claims: Mapping[str, Any]) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_LIMIT:
        raise OAuthCallbackError("The token's sub is not a string of 1 to 255 characters.")
    if "\ufffd" in subject:
        raise OAuthCallbackError("The token's sub contains an unpaired surrogate or U+FFFD, so it identifies no user.")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    expires, issued = claims.get("exp"), claims.get("iat")
    if not _is_number(expires) or not _is_number(issued) or not _is_number(claims.get("nbf", 0)):
        raise OAuthCallbackError("The token's exp or iat is missing, or one of exp, iat and nbf is not a valid number.")
    if expires <= now - LEEWAY or issued > now + LEEWAY or claims.get("nbf", 0) > now + LEEWAY:
        raise OAuthCallbackError("The token has expired or is not valid yet. Check the clocks of both servers.")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LAST_SECOND


def _equal(left: object, right: str) -> bool:
    return isinstance(left, str) and compare_digest(left.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


def _half(algorithm: str, access_token: str) -> str:
    """Return the expected ``at_hash``: the left half of the access token's hash (OIDC Core section 3.1.3.6)."""
    # EdDSA with Ed25519 uses SHA-512.
    digest = _HASHES.get(algorithm[-3:], hashlib.sha512)(access_token.encode()).digest()
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
