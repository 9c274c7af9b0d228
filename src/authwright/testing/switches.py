"""The ways in which ``FakeIdP`` can misbehave, by name.

Each switch changes one thing that the provider sends: a document, the claims before they are signed, a token or a
response. If the OpenID Foundation's tests for relying parties contain the same case, the switch has the same name as
there. Switches marked as harmless must not prevent a sign-in.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from authwright.testing.keys import SigningKeys, short_key

if TYPE_CHECKING:
    from authwright.testing.fake_idp import FakeIdP

Point: TypeAlias = Literal["metadata", "keys", "answer", "claims", "refreshed", "id_token", "tokens", "userinfo"]
Change: TypeAlias = "Callable[[FakeIdP, Any], Any]"

ELSEWHERE = "https://elsewhere.example"


@dataclass(frozen=True)
class Switch:
    """One misbehaviour: the point where it happens, the change to the value there, and a description for the docs."""

    point: Point
    change: Change
    what: str


def _with(**changes: Any) -> Change:
    """Return a change that sets members. None removes a member."""

    def change(idp: FakeIdP, value: Mapping[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in {**value, **changes}.items() if one is not None}

    return change


def _unsigned(idp: FakeIdP, token: str) -> str:
    header = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return f"{header}.{token.split('.')[1]}."


def _signed_with_secret(idp: FakeIdP, token: str) -> str:
    from joserfc import jws
    from joserfc.jwk import OctKey

    key = OctKey.import_key(idp.client_secret.ljust(32, "."))
    return jws.serialize_compact({"alg": "HS256"}, _payload(token), key, algorithms=["HS256"])


def _with_header(**header: Any) -> Change:
    def change(idp: FakeIdP, token: str) -> str:
        return idp.keys.sign(json.loads(_payload(token)), header)

    return change


def _with_own_key(idp: FakeIdP, token: str) -> str:
    own = SigningKeys()
    return own.sign(json.loads(_payload(token)), {"jwk": own.public()["keys"][0], "jku": f"{ELSEWHERE}/jwks"})


def _broken(idp: FakeIdP, token: str) -> str:
    head, _, signature = token.rpartition(".")
    return f"{head}.{signature[::-1]}"


def _payload(token: str) -> bytes:
    payload = token.split(".")[1]
    return urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def _each_key(**changes: Any) -> Change:
    def change(idp: FakeIdP, keys: Mapping[str, Any]) -> dict[str, Any]:
        return {"keys": [_with(**changes)(idp, key) for key in keys["keys"]]}

    return change


def _with_new_key(*, forget: bool, short: bool = False, **header: Any) -> Change:
    """Return a change that signs with a new key. If *forget*, the old keys are no longer published."""

    def change(idp: FakeIdP, token: str) -> str:
        idp.keys.rotate(short_key() if short else None, forget=forget)
        return idp.keys.sign(json.loads(_payload(token)), header)

    return change


def _for_us(*others: str, **changes: Any) -> Change:
    """Return a change that makes ``aud`` a list of the client and *others*."""

    def change(idp: FakeIdP, claims: Mapping[str, Any]) -> dict[str, Any]:
        return {**claims, "aud": [idp.client_id, *others], **changes}

    return change


def _signed_by(idp: FakeIdP, keys: SigningKeys, claims: Mapping[str, Any]) -> str:
    return keys.sign({"iss": idp.issuer, "aud": idp.client_id, **claims})


SWITCHES: Mapping[str, Switch] = {
    # Discovery.
    "discovery-issuer-mismatch": Switch("metadata", _with(issuer=ELSEWHERE), "the metadata has another issuer"),
    "discovery-issuer-slash": Switch(
        "metadata",
        lambda idp, document: {**document, "issuer": f"{idp.issuer}/"},
        "the metadata's issuer has an additional slash at the end",
    ),
    "javascript-endpoint": Switch(
        "metadata",
        _with(authorization_endpoint="javascript:alert(1)"),
        "the authorization endpoint is a script",
    ),
    "http-token-endpoint": Switch(
        "metadata",
        _with(token_endpoint="http://elsewhere.example/token"),  # noqa: S106 - not a password
        "the token endpoint is not https",
    ),
    "http-keys": Switch("metadata", _with(jwks_uri="http://elsewhere.example/jwks"), "the keys' URL is not https"),
    "no-jwks-uri": Switch("metadata", _with(jwks_uri=None), "the metadata has no jwks_uri"),
    "par-required": Switch(
        "metadata",
        _with(require_pushed_authorization_requests=True),
        "authorization requests must be pushed (RFC 9126; harmless)",
    ),
    "iss-unannounced": Switch(
        "metadata",
        _with(authorization_response_iss_parameter_supported=None),
        "the callback has iss, although the metadata does not announce it (harmless)",
    ),
    "keys-for-encryption": Switch("keys", _each_key(use="enc"), "the keys are marked for encryption"),
    "keys-for-wrapping": Switch("keys", _each_key(key_ops=["wrapKey"]), "the keys' key_ops are for encryption"),
    "keys-nameless": Switch("keys", _each_key(kid=None), "the keys have no kid (harmless)"),
    "odd-key": Switch(
        "keys",
        lambda idp, keys: {"keys": [{"kty": "odd"}, 7, *keys["keys"]]},
        "two keys are invalid (harmless)",
    ),
    # The callback.
    "iss-mismatch": Switch("answer", _with(iss=ELSEWHERE), "the callback has another iss (RFC 9207)"),
    "iss-slash": Switch(
        "answer",
        lambda idp, callback: {**callback, "iss": f"{idp.issuer}/"},
        "the callback's iss has an additional slash at the end",
    ),
    "iss-missing": Switch("answer", _with(iss=None), "the callback has no iss, although the metadata announces it"),
    "state-missing": Switch("answer", _with(state=None), "the callback has no state"),
    "state-invalid": Switch("answer", _with(state="x"), "the callback has another state"),
    "code-missing": Switch("answer", _with(code=None), "the callback has no code"),
    "error-beside-code": Switch("answer", _with(error="access_denied"), "the callback has an error and a code"),
    # The ID token's claims.
    "nonce-invalid": Switch("claims", _with(nonce="x"), "the ID token has another nonce"),
    "nonce-missing": Switch("claims", _with(nonce=None), "the ID token has no nonce"),
    "issuer-mismatch": Switch("claims", _with(iss=ELSEWHERE), "the ID token has another iss"),
    "aud-invalid": Switch("claims", _with(aud="another client"), "the ID token is for another client"),
    "aud-list": Switch("claims", _for_us(), "the ID token's aud is a list (harmless)"),
    "aud-several": Switch("claims", _for_us("other"), "the ID token has several audiences and no azp"),
    "azp-invalid": Switch("claims", _with(azp="another client"), "the ID token was issued to another client"),
    "sub-missing": Switch("claims", _with(sub=None), "the ID token has no sub"),
    "sub-empty": Switch("claims", _with(sub=""), "the ID token's sub is empty"),
    "sub-number": Switch("claims", _with(sub=7), "the ID token's sub is a number"),
    "sub-too-long": Switch("claims", _with(sub="x" * 256), "the ID token's sub is longer than 255 characters"),
    "iat-missing": Switch("claims", _with(iat=None), "the ID token has no iat"),
    "exp-missing": Switch("claims", _with(exp=None), "the ID token has no exp"),
    "expired": Switch("claims", _with(exp=1), "the ID token has expired"),
    "exp-text": Switch("claims", _with(exp="tomorrow"), "the ID token's exp is not a number"),
    "exp-huge": Switch("claims", _with(exp=10**400), "the ID token's exp is far too large"),
    "from-the-future": Switch("claims", _with(iat=2**40), "the ID token's iat is in the future"),
    "at-hash-invalid": Switch("claims", _with(at_hash="x"), "the ID token's at_hash does not match the access token"),
    "events": Switch("claims", _with(events={}), "the ID token has the claim events of a logout token"),
    "auth-time-float": Switch("claims", _with(auth_time=1.5), "the ID token's auth_time has a fraction (harmless)"),
    "profile-odd": Switch(
        "claims", _with(name=7, picture={"url": "x"}), "the ID token's name and picture are not strings (harmless)"
    ),
    "claim-surrogate": Switch(
        "claims", _with(nickname="\ud800"), "a claim that is not used has an unpaired surrogate (harmless)"
    ),
    "sub-surrogate": Switch("claims", _with(sub="alice\ud800"), "the ID token's sub has an unpaired surrogate"),
    # How the ID token is signed.
    "sig-none": Switch("id_token", _unsigned, "the ID token is not signed"),
    "sig-hs256": Switch("id_token", _signed_with_secret, "the ID token is signed with the client's secret"),
    "bad-sig": Switch("id_token", _broken, "the ID token's signature is invalid"),
    "own-key": Switch("id_token", _with_own_key, "the ID token contains the key that it is signed with"),
    "kid-unknown": Switch("id_token", _with_header(kid="x"), "the ID token's kid is unknown"),
    "kid-absent": Switch("id_token", _with_header(kid=None), "the ID token has no kid (harmless)"),
    "kid-absent-several": Switch(
        "id_token",
        _with_new_key(forget=False, kid=None),
        "the ID token has no kid, and there are several keys (harmless)",
    ),
    "key-rotation": Switch("id_token", _with_new_key(forget=True), "each ID token is signed with a new key (harmless)"),
    "key-short": Switch(
        "id_token", _with_new_key(forget=True, short=True), "the ID token is signed with an RSA key of 1024 bits"
    ),
    "key-short-beside": Switch(
        "id_token",
        _with_new_key(forget=False, short=True),
        "the ID token is signed with an RSA key of 1024 bits, and there are longer keys",
    ),
    "header-odd": Switch(
        "id_token",
        _with_header(x="y", typ="application/JWT"),
        "the ID token's header has more parameters (harmless)",
    ),
    "crit": Switch("id_token", _with_header(crit=["x"], x="y"), "the ID token has a critical header"),
    "b64": Switch("id_token", _with_header(b64=True), "the ID token has the header b64 (RFC 7797)"),
    "typ-access-token": Switch("id_token", _with_header(typ="at+jwt"), "the ID token's typ is at+jwt (RFC 9068)"),
    "typ-logout-token": Switch("id_token", _with_header(typ="logout+jwt"), "the ID token's typ is logout+jwt"),
    "encrypted": Switch(
        "id_token", lambda idp, token: "a.b.c.d.e", "the ID token is encrypted, but the client did not ask for that"
    ),
    # The token response.
    "id-token-missing": Switch("tokens", _with(id_token=None), "the response has no ID token"),
    "access-token-missing": Switch("tokens", _with(access_token=None), "the response has no access token"),
    "access-token-number": Switch("tokens", _with(access_token=7), "the access token is not a string"),
    "access-token-odd": Switch(
        "tokens",
        _with(access_token="\u00e9\n"),  # noqa: S106 - not a password
        "the access token is not valid in a header",
    ),
    "token-error": Switch(
        "tokens", lambda idp, tokens: {"error": "invalid_grant"}, "the response is an error, with status 200"
    ),
    "token-error-empty": Switch(
        "tokens", lambda idp, tokens: {**tokens, "error": None}, "the response also has an empty error (harmless)"
    ),
    "token-list": Switch("tokens", lambda idp, tokens: [tokens], "the response is a list"),
    "token-type-absent": Switch("tokens", _with(token_type=None), "the response has no token_type (harmless)"),
    "token-type-mac": Switch("tokens", _with(token_type="mac"), "the access token is not a bearer token"),  # noqa: S106
    "expires-in-nonsense": Switch("tokens", _with(expires_in="soon"), "expires_in is not a number (harmless)"),
    "expires-in-text": Switch("tokens", _with(expires_in="3600"), "expires_in is a string (harmless)"),
    "expires-in-forever": Switch("tokens", _with(expires_in=10**12), "expires_in is 30,000 years (harmless)"),
    "tokens-odd": Switch(
        "tokens",
        _with(refresh_token=7, scope=["openid"], session_state={}),
        "refresh_token, scope and session_state are not strings (harmless)",
    ),
    "account-fields": Switch(
        "tokens",
        _with(provider="github", provider_account_id="bob", userId="bob"),
        "the response names the account's provider and user (harmless)",
    ),
    # Refreshes and userinfo.
    "refresh-sub-mismatch": Switch("refreshed", _with(sub="mallory"), "a refreshed ID token is about another user"),
    "refresh-iss-mismatch": Switch("refreshed", _with(iss=ELSEWHERE), "a refreshed ID token has another iss"),
    "userinfo-bad-sub": Switch("userinfo", _with(sub="mallory"), "userinfo is about another user"),
    "userinfo-surrogate": Switch(
        "userinfo", _with(bio="\ud800"), "a member of userinfo has an unpaired surrogate (harmless)"
    ),
    "userinfo-list": Switch("userinfo", lambda idp, claims: [claims], "userinfo is a list"),
    "userinfo-signed": Switch(
        "userinfo", lambda idp, claims: _signed_by(idp, idp.keys, claims), "userinfo is a signed JWT (harmless)"
    ),
    "userinfo-signed-badly": Switch(
        "userinfo", lambda idp, claims: _signed_by(idp, SigningKeys(), claims), "userinfo is signed with an unknown key"
    ),
    "userinfo-sub-missing": Switch("userinfo", _with(sub=None), "userinfo has no sub"),
}
