"""Receipts: each is valid for one nonce, for 30 seconds, and for nothing else."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright.errors import BadRequest, InvalidToken
from authwright.server.protocol import receipts, tokens

SECRET = "a secret for tests that is long enough"
NONCE = "0123456789abcdef0123456789abcdef"
SESSION = {
    "user": {"name": "Ålice", "email": "alice@example.com", "image": None},
    "expires": "2030-01-01T00:00:00.000Z",
}
NOW = 1_800_000_000.0


def mint(nonce: str = NONCE, secret: str = SECRET) -> str:
    return receipts.mint(SESSION, nonce, secret, now=NOW, random=secrets.token_bytes)


def test_a_receipt_contains_the_session_it_was_created_for() -> None:
    assert receipts.read(mint(), NONCE, [SECRET], now=NOW) == SESSION


def test_a_receipt_created_before_the_secret_changed_is_read() -> None:
    assert receipts.read(mint(secret="the old secret"), NONCE, [SECRET, "the old secret"], now=NOW) == SESSION


@pytest.mark.parametrize(("age", "valid"), [(0, True), (29, True), (30, False), (31, False), (3600, False)])
def test_a_receipt_is_valid_for_thirty_seconds(age: int, valid: bool) -> None:
    if valid:
        assert receipts.read(mint(), NONCE, [SECRET], now=NOW + age) == SESSION
    else:
        with pytest.raises(InvalidToken):
            receipts.read(mint(), NONCE, [SECRET], now=NOW + age)


def test_a_receipt_for_another_nonce_is_refused() -> None:
    with pytest.raises(InvalidToken, match="another nonce"):
        receipts.read(mint("another-nonce-of-16-"), NONCE, [SECRET], now=NOW)


def test_a_receipt_created_with_another_secret_is_refused() -> None:
    with pytest.raises(InvalidToken):
        receipts.read(mint(secret="the attacker's secret"), NONCE, [SECRET], now=NOW)


def test_a_session_token_is_refused_as_a_receipt() -> None:
    claims = {"nonce": NONCE, "session": SESSION}
    token = tokens.encode(claims, SECRET, max_age=60, now=NOW, random=secrets.token_bytes)
    with pytest.raises(InvalidToken):
        receipts.read(token, NONCE, [SECRET], now=NOW)


def test_a_receipt_is_refused_as_a_session_token() -> None:
    with pytest.raises(InvalidToken):
        tokens.decode(mint(), [SECRET], now=NOW)


@given(st.text(max_size=300) | st.just(NONCE))
def test_any_other_text_raises_invalid_token_and_nothing_else(text: str) -> None:
    with pytest.raises(InvalidToken):
        receipts.read(text, NONCE, [SECRET], now=NOW)


@pytest.mark.parametrize("nonce", ["", "short", "x" * 129, "0123456789abcdef!", "0123456789abcde\n", "é" * 16])
def test_an_invalid_nonce_is_refused(nonce: str) -> None:
    with pytest.raises(BadRequest):
        receipts.check_nonce(nonce)
