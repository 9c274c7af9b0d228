"""The CSRF token: it is signed in its cookie, and a form must repeat it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright.server.protocol import csrf

SECRET = "a secret for tests that is long enough"


def fixed(count: int) -> bytes:
    return b"\xab" * count


def test_a_token_is_64_hexadecimal_digits() -> None:
    token, cookie = csrf.mint(SECRET, fixed)
    assert token == "ab" * 32
    assert len(cookie) == 129


@given(st.text(min_size=1), st.binary(min_size=32, max_size=32))
def test_a_cookie_that_was_set_is_read(secret: str, random: bytes) -> None:
    token, cookie = csrf.mint(secret, lambda count: random)
    assert csrf.read(cookie, ["another", secret]) == token


def test_a_cookie_signed_with_another_secret_is_not_read() -> None:
    assert csrf.read(csrf.mint("old", fixed)[1], [SECRET]) is None


def test_changing_any_single_character_invalidates_the_cookie() -> None:
    _, cookie = csrf.mint(SECRET, fixed)
    changed = [cookie[:at] + "x" + cookie[at + 1 :] for at in range(len(cookie))]
    assert [one for one in changed if csrf.read(one, [SECRET])] == []


@pytest.mark.parametrize(
    "cookie", [None, "", "|", "||", "token", "token|", "|hash", "é|é", "\udcff|\udcff", "a" * 9_000]
)
def test_a_cookie_that_we_did_not_set_is_not_read(cookie: str | None) -> None:
    assert csrf.read(cookie, [SECRET]) is None


@given(st.text())
def test_arbitrary_text_is_not_read(cookie: str) -> None:
    assert csrf.read(cookie, [SECRET]) is None


def test_a_form_matches_only_with_the_same_token() -> None:
    assert csrf.matches("ab", "ab")
    assert not csrf.matches("ab", "aB")
    assert not csrf.matches("ab", "ab ")
    assert not csrf.matches("ab", None)


def test_no_form_matches_if_there_is_no_token() -> None:
    assert not csrf.matches(None, "")
    assert not csrf.matches("", "")
    assert not csrf.matches(None, None)


def test_a_form_may_contain_any_text() -> None:
    assert not csrf.matches("ab", "\udcff토큰")
