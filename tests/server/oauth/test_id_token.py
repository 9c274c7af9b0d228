"""The ID token, rule by rule (OpenID Connect Core 1.0 section 3.1.3.7), and hostile input in its place."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from hashlib import sha256, sha512
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from authwright.errors import ConfigurationError, OAuthCallbackError
from authwright.providers.http import Reply
from authwright.server.oauth import id_token
from authwright.server.oauth.metadata import Cached, key_set
from authwright.server.oauth.outbound import Outbound
from authwright.testing import FakeIdP
from authwright.testing.keys import SigningKeys
from support.provider import corp

NOW = 1_800_000_000
ISSUER = "https://idp.test"
CLAIMS = {"iss": ISSUER, "aud": "app", "sub": "alice", "iat": NOW, "exp": NOW + 60, "nonce": "n"}
KEYS = SigningKeys()
OTHER_KEYS = SigningKeys()


def published(*keys: Any) -> Cached[list[dict[str, Any]]]:
    """Return a provider's key set; each fetch reads the next of *keys*, and then the last one again."""
    responses = [Reply(200, {}, json.dumps(key).encode()) for key in keys or (KEYS.public(),)]

    async def fetch() -> Reply:
        return responses.pop(0) if len(responses) > 1 else responses[0]

    return Cached(fetch, key_set(Outbound(), ISSUER)._read)


async def validate(token: str, keys: Cached[list[dict[str, Any]]] | None = None, **options: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {"issuer": ISSUER, "client_id": "app", "nonce": "n", "now": NOW, "algorithms": ["RS256"]}
    return await id_token.validate(token, keys or published(), **{**defaults, **options})


def signed(header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Sign *CLAIMS* with the changes in *claims*; None removes a claim."""
    return KEYS.sign({name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}, header)


async def assert_refused(token: str, keys: Cached[list[dict[str, Any]]] | None = None, **options: Any) -> None:
    with pytest.raises(OAuthCallbackError) as refused:
        await validate(token, keys, **options)
    # The rule is logged, but never the token.
    assert token not in refused.value.detail


GOOD: list[dict[str, Any]] = [
    {},
    {"aud": ["app"]},
    {"aud": ["other", "app"], "azp": "app"},
    {"azp": "app"},
    {"exp": NOW - 59},
    {"iat": NOW + 60, "nbf": NOW + 60},
    {"iat": NOW - 0.5, "exp": NOW + 0.5},
    {"auth_time": NOW - 1.5, "nbf": NOW},
    {"sub": "x" * 255},
    {"sub": "\u00e9"},
]


@pytest.mark.parametrize("claims", GOOD, ids=str)
async def test_an_id_token_that_follows_the_rules_is_accepted(claims: dict[str, Any]) -> None:
    assert await validate(signed(**claims)) == {**CLAIMS, **claims}


BAD: list[dict[str, Any]] = [
    {"iss": None},
    {"iss": f"{ISSUER}/"},
    {"iss": [ISSUER]},
    {"aud": None},
    {"aud": "App"},
    {"aud": []},
    {"aud": {"app": "app"}},
    {"aud": ["app", "other"]},
    {"aud": ["app", "other"], "azp": "other"},
    {"azp": "other"},
    {"azp": ["app"]},
    {"nonce": None},
    {"nonce": "N"},
    {"nonce": ["n"]},
    {"sub": None},
    {"sub": ""},
    {"sub": 7},
    {"sub": "x" * 256},
    {"exp": None},
    {"exp": NOW - 60},
    {"exp": str(NOW + 60)},
    {"exp": True},
    {"exp": 10**400},
    {"exp": 2**53 + 1},
    {"iat": None},
    {"iat": NOW + 61},
    {"iat": "now"},
    {"iat": -(10**400)},
    {"nbf": NOW + 61},
    {"nbf": "now"},
    {"events": {}},
    {"at_hash": "x"},
    {"at_hash": 7},
]


@pytest.mark.parametrize("claims", BAD, ids=lambda claims: str(claims)[:40])
async def test_an_id_token_whose_claims_break_a_rule_is_refused(claims: dict[str, Any]) -> None:
    await assert_refused(signed(**claims), access_token="token")


HEADERS: list[dict[str, Any]] = [
    {"typ": "at+jwt"},
    {"typ": "application/at+jwt"},
    {"typ": "logout+jwt"},
    {"typ": "Logout+JWT"},
    {"typ": ["JWT"]},
    {"crit": ["exp"], "exp": 1},
    {"crit": []},
    {"b64": False},
    {"b64": True},
    {"alg": "none"},
    {"alg": "RS512"},
    {"alg": "HS256"},
    {"alg": ["RS256"]},
    {"alg": None},
    {"kid": "another"},
    {"kid": 7},
]


@pytest.mark.parametrize("header", HEADERS, ids=str)
async def test_an_invalid_header_is_refused(header: dict[str, Any]) -> None:
    await assert_refused(signed(header))


@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/jwt"])
async def test_any_spelling_of_the_jwt_type_is_accepted(typ: str) -> None:
    assert await validate(signed({"typ": typ})) == CLAIMS


KEY_HEADERS: list[dict[str, Any]] = [
    {"jwk": OTHER_KEYS.public()["keys"][0]},
    {"jku": "https://elsewhere.example/jwks"},
    {"x5u": "https://elsewhere.example/cert"},
]


@pytest.mark.parametrize("header", [*KEY_HEADERS, {"x": "y"}], ids=lambda header: str(header)[:20])
async def test_a_header_with_a_key_or_an_unknown_member_has_no_effect(header: dict[str, Any]) -> None:
    assert await validate(signed(header)) == CLAIMS
    await assert_refused(OTHER_KEYS.sign(CLAIMS, header))


def half_of(digest: bytes) -> str:
    """Return the left half of *digest*, encoded (OpenID Connect Core section 3.1.3.6)."""
    return urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


SIGNATURES: list[tuple[str, Any, Any]] = [
    ("RS256", RSAKey.generate_key(2048), sha256),
    ("PS512", RSAKey.generate_key(2048), sha512),
    ("ES256", ECKey.generate_key("P-256"), sha256),
    ("Ed25519", OKPKey.generate_key("Ed25519"), sha512),
    ("EdDSA", OKPKey.generate_key("Ed25519"), sha512),
]


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
@pytest.mark.parametrize(("algorithm", "key", "digest"), SIGNATURES, ids=[name for name, *_ in SIGNATURES])
async def test_each_configured_algorithm_is_accepted_and_determines_the_hash_of_the_access_token(
    algorithm: str, key: Any, digest: Any
) -> None:
    keys = published({"keys": [key.as_dict(private=False)]})
    for access_token in ("token", "another"):
        claims = {**CLAIMS, "at_hash": half_of(digest(b"token").digest())}
        token = jws.serialize_compact({"alg": algorithm}, json.dumps(claims).encode(), key, algorithms=[algorithm])
        if access_token == "token":
            assert await validate(token, keys, algorithms=[algorithm], access_token=access_token) == claims
        else:
            await assert_refused(token, keys, algorithms=[algorithm], access_token=access_token)
        await assert_refused(token, keys, algorithms=["ES512"], access_token=access_token)


@pytest.mark.parametrize("algorithms", [[], ["none"], ["HS256"], ["RS256", "HS512"], ["rs256"], ["ES256K"], "RS256"])
def test_an_unsafe_algorithm_is_refused_at_construction(algorithms: Any) -> None:
    with pytest.raises(ConfigurationError, match="id_token_algorithms"):
        corp(FakeIdP(), id_token_algorithms=algorithms)


NOT_SIGNED = ["", ".", "..", "a.b.c", "a.b.c.d.e", "\x00.\x00.\x00", "\u00e9.\u00e9.\u00e9", "e30.e30.", "W10.e30.e30"]


@pytest.mark.parametrize("text", NOT_SIGNED)
async def test_text_that_is_not_a_signed_token_is_refused(text: str) -> None:
    with pytest.raises(OAuthCallbackError):
        await validate(text)


# -- keys -------------------------------------------------------------------------------------------------------------

OWN = KEYS.public()["keys"][0]
INVALID_KEYS: list[Any] = [
    7,
    {},
    {"kty": "invalid"},
    {"kty": ["RSA"]},
    {"kty": "RSA", "n": "!", "e": "AQAB"},
    {"kty": "RSA", "n": 7, "e": "AQAB"},
    {"kty": "oct", "k": "AAAA"},
    {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    {**OWN, "n": "AQAB"},
    {**OWN, "use": "enc"},
    {**OWN, "key_ops": ["encrypt"]},
    {**OWN, "key_ops": "verify"},
    {**OWN, "alg": "RS512"},
]


@pytest.mark.parametrize("invalid", INVALID_KEYS, ids=lambda key: str(key)[:40])
async def test_an_invalid_key_verifies_nothing_and_does_not_affect_other_keys(invalid: Any) -> None:
    await assert_refused(signed({"kid": None}), published({"keys": [invalid]}))
    assert await validate(signed(), published({"keys": [invalid, OWN]})) == CLAIMS


async def test_a_published_private_part_has_no_effect() -> None:
    for private in ("AQAB", "!", 7):
        assert await validate(signed(), published({"keys": [{**OWN, "d": private}]})) == CLAIMS


async def test_a_token_without_a_kid_is_verified_by_any_of_several_keys() -> None:
    keys = {"keys": [*OTHER_KEYS.public()["keys"], OWN]}
    assert await validate(signed({"kid": None}), published(keys)) == CLAIMS


async def test_keys_without_a_kid_verify_a_token_with_one() -> None:
    nameless = {name: value for name, value in OWN.items() if name != "kid"}
    assert await validate(signed(), published({"keys": [*OTHER_KEYS.public()["keys"], nameless]})) == CLAIMS


@pytest.mark.parametrize("header", [{}, {"kid": None}], ids=["with a kid", "without"])
async def test_the_keys_are_fetched_again_if_no_known_key_verifies_the_token(
    header: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("authwright.server.oauth.metadata.REFETCH_AFTER", 0)
    assert await validate(signed(header), published(OTHER_KEYS.public(), KEYS.public())) == CLAIMS


# -- hostile input ----------------------------------------------------------------------------------------------------

NUMBERS = st.integers(-(10**30), 10**30) | st.floats() | st.just(10**400)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce", "at_hash", "events", "tid"])
HEADER_NAMES = st.sampled_from(["alg", "kid", "typ", "cty", "crit", "b64", "jwk", "jku", "x5c", "x5u", "zip", "enc"])
KEY_NAMES = st.sampled_from(["kty", "n", "e", "kid", "use", "key_ops", "alg", "x5c", "x5t", "d", "crv", "k"])


async def assert_valid_or_refused(token: str, keys: Cached[list[dict[str, Any]]] | None = None) -> None:
    """Check that *token* either raises our own error or returns valid claims."""
    try:
        claims = await validate(token, keys, access_token="token")
    except OAuthCallbackError:
        return
    assert (claims["iss"], claims["nonce"]) == (ISSUER, "n")
    assert 0 < len(claims["sub"]) <= 255
    json.dumps(claims, ensure_ascii=False, allow_nan=False).encode()


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=4))
async def test_any_claims_are_either_accepted_or_refused(claims: dict[str, Any]) -> None:
    await assert_valid_or_refused(KEYS.sign({**CLAIMS, **claims}))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(HEADER_NAMES, JSON, max_size=3))
async def test_any_header_is_either_accepted_or_refused(header: dict[str, Any]) -> None:
    await assert_valid_or_refused(signed(header))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(KEY_NAMES, JSON, min_size=1, max_size=3))
async def test_any_key_is_either_used_or_ignored(key: dict[str, Any]) -> None:
    await assert_valid_or_refused(signed({"kid": None}), published({"keys": [{**OWN, **key}]}))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60) | st.lists(st.binary(max_size=30), min_size=3, max_size=5))
async def test_any_input_that_is_not_a_token_is_refused(data: str | list[bytes]) -> None:
    parts = data if isinstance(data, str) else ".".join(urlsafe_b64encode(part).decode() for part in data)
    with pytest.raises(OAuthCallbackError):
        await validate(parts)
