"""Session tokens: ours are read by us and by an independent JWE implementation; any other token is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OctKey

from authwright.errors import InvalidToken
from authwright.server.protocol import tokens

SECRET = "a secret for tests that is long enough"
NOW = 1_800_000_000
HEADER = {"alg": "dir", "enc": "A256GCM"}
STAMPS = {"iat", "exp", "jti"}

text = st.text(st.characters(exclude_categories=["Cs"]))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
claims_of_apps = st.dictionaries(text.filter(lambda name: name not in {"nbf", *STAMPS}), json_values, max_size=6)


def fixed(count: int) -> bytes:
    return bytes(range(count))


def mint(claims: dict[str, Any] | None = None, *, secret: str = SECRET, salt: str = "", max_age: int = 60) -> str:
    return tokens.encode(claims or {"sub": "1"}, secret, max_age=max_age, now=NOW, random=fixed, salt=salt)


def sealed(plaintext: str) -> str:
    """Return *plaintext* in a token that joserfc encrypted with the right key."""
    return jwe.encrypt_compact(HEADER, plaintext, OctKey.import_key(tokens.derive_key(SECRET)))


def forged(header: str, plaintext: str) -> str:
    """Return *plaintext* under *header*, encrypted with the right key regardless of the header."""

    def encoded(data: bytes) -> str:
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    protected = encoded(header.encode())
    sealed = AESGCM(tokens.derive_key(SECRET)).encrypt(fixed(12), plaintext.encode(), protected.encode())
    return f"{protected}..{encoded(fixed(12))}.{encoded(sealed[:-16])}.{encoded(sealed[-16:])}"


def refused(token: str, *, now: float = NOW, salt: str = "") -> str:
    """Return the reason for which *token* is refused."""
    with pytest.raises(InvalidToken) as caught:
        tokens.decode(token, [SECRET], now=now, salt=salt)
    assert caught.value.__cause__ is None
    return str(caught.value)


@given(claims_of_apps, text)
def test_any_claims_that_we_write_are_read_by_joserfc(claims: dict[str, Any], secret: str) -> None:
    key = OctKey.import_key(tokens.derive_key(secret))
    read = jwe.decrypt_compact(mint(claims, secret=secret), key)
    assert read.protected == HEADER
    assert json.loads(read.plaintext or b"") == (claims or {"sub": "1"}) | {
        "iat": NOW,
        "exp": NOW + 60,
        "jti": "00010203-0405-4607-8809-0a0b0c0d0e0f",
    }


@given(claims_of_apps)
def test_any_claims_that_joserfc_writes_are_read_by_us(claims: dict[str, Any]) -> None:
    claims |= {"exp": NOW + 60}
    assert tokens.decode(sealed(json.dumps(claims)), [SECRET], now=NOW) == claims


@given(claims_of_apps, st.integers(0, 4_000_000_000), st.integers(1, 10**9))
def test_written_claims_are_read_back(claims: dict[str, Any], now: int, max_age: int) -> None:
    token = tokens.encode(claims, SECRET, max_age=max_age, now=now, random=fixed, salt="state")
    read = tokens.decode(token, [SECRET], now=now, salt="state")
    assert {name: value for name, value in read.items() if name not in STAMPS} == claims


def test_the_members_of_the_header_may_be_in_any_order() -> None:
    token = forged('{"enc":"A256GCM", "alg":"dir"}', json.dumps({"exp": NOW}))
    assert tokens.decode(token, [SECRET], now=NOW) == {"exp": NOW}


def test_claims_cannot_set_their_own_expiry() -> None:
    claims = {"exp": NOW * 2, "iat": 1, "jti": "mine", "sub": "1"}
    read = tokens.decode(mint(claims), [SECRET], now=NOW)
    assert (read["iat"], read["exp"]) == (NOW, NOW + 60)
    assert read["jti"] != "mine"


def test_claims_that_are_not_valid_json_are_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        mint({"x": float("nan")})
    with pytest.raises(TypeError):
        mint({"x": object()})


@pytest.mark.parametrize("claims", [{"sub": "1"}, {"sub": "12"}, {"sub": "123"}])
def test_changing_any_single_character_invalidates_the_token(claims: dict[str, Any]) -> None:
    token = mint(claims)
    for at, old in enumerate(token):
        for new in "AQgwBz9-_.+/=! é\n\0":
            if new != old:
                refused(token[:at] + new + token[at + 1 :])


def test_a_token_with_one_character_added_or_removed_is_refused() -> None:
    token = mint()
    for at in range(len(token)):
        refused(token[:at] + token[at + 1 :])
        refused(f"{token[:at]}A{token[at:]}" if token[at : at + 1] != "A" else f"{token[:at]}={token[at:]}")
    refused(token + "=")
    refused(token + "==")
    refused(token + "A")


@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"dir","enc":"A256GCM","zip":"DEF"}',
        '{"alg":"dir","enc":"A256GCM","kid":"1"}',
        '{"alg":"dir","enc":"A256GCM","p2c":2000000000,"p2s":"AAAA"}',
        '{"alg":"dir","enc":"A256GCM","crit":["exp"],"exp":1}',
        '{"alg":"none","enc":"A256GCM"}',
        '{"alg":"A256KW","enc":"A256GCM"}',
        '{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":1000000000,"p2s":"AAAA"}',
        '{"alg":"dir","enc":"A128GCM"}',
        '{"alg":"dir","enc":"A256CBC-HS512"}',
        '{"alg":"dir"}',
        '{"enc":"A256GCM"}',
        '{"alg":["dir"],"enc":"A256GCM"}',
        '{"ALG":"dir","ENC":"A256GCM"}',
        "{}",
        "[]",
        '"dir"',
        "NaN",
        "null",
        "",
        '{"a":' * 9_000,
    ],
    ids=lambda header: header[:60],
)
def test_any_other_header_is_refused_even_if_the_key_is_right(header: str) -> None:
    refused(forged(header, json.dumps({"exp": NOW + 60})))


def test_a_token_for_one_purpose_is_refused_for_another() -> None:
    refused(mint(), salt="next-auth.state")
    refused(mint(salt="next-auth.state"))
    refused(mint(salt="next-auth.state"), salt="__Secure-next-auth.state")


def test_a_token_of_an_old_secret_is_read_until_the_secret_is_removed() -> None:
    token = mint(secret="old")
    assert tokens.decode(token, [SECRET, "old"], now=NOW)["sub"] == "1"
    refused(token)


def test_a_token_is_accepted_for_15_seconds_after_its_expiry() -> None:
    token = mint(max_age=60)
    assert tokens.decode(token, [SECRET], now=NOW + 74.9)
    assert "expired" in refused(token, now=NOW + 75)


@pytest.mark.parametrize(
    "times",
    [
        "{}",
        '{"exp":NaN}',
        '{"exp":Infinity}',
        '{"exp":-Infinity}',
        '{"exp":1e400}',
        '{"exp":true}',
        '{"exp":"2900000000"}',
        '{"exp":null}',
        '{"exp":[2900000000]}',
        '{"exp":0}',
        '{"exp":-1}',
        '{"exp":1799999985}',
        '{"exp":2900000000,"nbf":1800000016}',
        '{"exp":2900000000,"nbf":"0"}',
        '{"exp":2900000000,"nbf":false}',
        '{"exp":2900000000,"nbf":NaN}',
        '{"exp":2900000000,"iat":NaN}',
    ],
)
def test_invalid_past_and_future_times_are_refused(times: str) -> None:
    refused(sealed(times))


@pytest.mark.parametrize("times", ['{"exp":1800000000.5}', '{"exp":1e30}', '{"exp":2900000000,"nbf":1800000015}'])
def test_any_finite_number_is_a_valid_time(times: str) -> None:
    assert tokens.decode(sealed(times), [SECRET], now=NOW) == json.loads(times)


@pytest.mark.parametrize(
    "plaintext", ["", "null", "[]", "1", "{", "\ufeff{}", "[" * 60_000, '{"a":' * 9_000, "9" * 9_000]
)
def test_contents_that_are_not_a_json_object_are_refused(plaintext: str) -> None:
    refused(sealed(plaintext))


@pytest.mark.parametrize(
    "garbage",
    [
        "",
        "....",
        "a.b.c.d.e",
        "a..b.c.d",
        "null",
        "토큰..토큰.토큰.토큰",
        "\udcff..\udcff.\udcff.\udcff",
        "e30..AAAA.AAAA.AAAA",
        "A" * 1_000_000,
        "." * 1_000_000,
        "W" * 60_000 + "..A.A.A",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0....",
        "eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "eyJhbGciOiJub25lIn0.e30.",
    ],
    ids=lambda garbage: repr(garbage[:20]),
)
def test_garbage_is_refused(garbage: str) -> None:
    refused(garbage)


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*\.\.([A-Za-z0-9_-]{0,22}\.){2}[A-Za-z0-9_-]{0,22}", fullmatch=True))
def test_arbitrary_text_is_refused(garbage: str) -> None:
    refused(garbage)


def test_a_huge_token_is_refused_even_if_it_is_ours() -> None:
    refused(mint({"text": "x" * 70_000}))


def test_an_error_contains_no_part_of_the_token() -> None:
    token = mint({"email": "alice@example.com"})
    reasons = [refused(token, now=NOW * 2), refused(token[:-1] + "!"), refused(token, salt="x"), refused(token + ".")]
    parts = [part for part in token.split(".") if part]
    assert not [part for part in [*parts, "alice", SECRET] for reason in reasons if part in reason]
