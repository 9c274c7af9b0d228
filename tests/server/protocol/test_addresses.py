"""The normal form of e-mail addresses: which addresses are the same, and which are never taken for one another."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from authwright.errors import InvalidEmail
from authwright.server.protocol.addresses import normal_form, normal_form_or_none, same_address

SAME = [
    ("OWNER@EXAMPLE.COM", "owner@example.com"),
    (" \towner@example.com\r\n\u3000", "owner@example.com"),
    ("admin@LOCALHOST", "admin@localhost"),
    ("owner@B\u00dcCHER.example", "owner@xn--bcher-kva.example"),
    ("owner@XN--BCHER-KVA.example", "owner@xn--bcher-kva.example"),
    ("owner@bu\u0308cher.example", "owner@xn--bcher-kva.example"),
    ("owner@fa\u00df.de", "owner@xn--fa-hia.de"),
    ("owner@\ud55c\uae00\u3002\ud55c\uad6d", "owner@xn--bj0bj06e.xn--3e0b707e"),
    ("owner@ex\uff41mple\uff0ecom", "owner@example.com"),
    ("owner@\u212a.example", "owner@k.example"),
    ("owner@xn--i-7iq.ws", "owner@xn--i-7iq.ws"),
    ("JOS\u00c9@example.com", "jos\u00e9@example.com"),
    ("jose\u0301@example.com", "jos\u00e9@example.com"),
    ("\uc608\uc2dc@example.com", "\uc608\uc2dc@example.com"),
    ("\u039f\u0394\u039f\u03a3@example.com", "\u03bf\u03b4\u03bf\u03c2@example.com"),
    ("stra\u00dfe@example.com", "stra\u00dfe@example.com"),
    ("\u0131@example.com", "\u0131@example.com"),
]


@pytest.mark.parametrize(("address", "normal"), SAME)
def test_an_address_has_one_normal_form(address: str, normal: str) -> None:
    assert normal_form(address) == normal
    assert normal_form(normal) == normal
    assert same_address(address, normal)


INVALID = [
    "",
    " ",
    "owner",
    "@example.com",
    "owner@",
    "a@b@example.com",
    "\u212aevin@example.com",
    "ki\u017f\u017f@example.com",
    "\u0130@example.com",
    "I\u0307@example.com",
    "\uff4fwner@example.com",
    "owner\uff20example.com",
    "a\uff20b@example.com",
    "\ufb01le@example.com",
    "\u2460@example.com",
    "a\uff0eb@example.com",
    "a\u1fefb@example.com",
    "a\u037eb@example.com",
    '"owner"@example.com',
    '"a b"@example.com',
    "a b@example.com",
    "a\u00a0b@example.com",
    "a\u200bb@example.com",
    "a\u034fb@example.com",
    "a\u3164@example.com",
    "\u2764\ufe0f@example.com",
    "a@b.example,c@d.example",
    "Owner <owner@example.com>",
    ".a@example.com",
    "a.@example.com",
    "a..b@example.com",
    "a@example.com.",
    "a@example.com\u3002",
    "a@.example.com",
    "a@example..com",
    "a@example\u3002.com",
    "a@exa_mple.com",
    "a@exa\u00admple.com",
    "a@example\uff0fevil.com",
    "a@\u2100.example",
    "a@\u2488example.com",
    "a@-b.example",
    "a@xn--\uc608.example",
    "a@\u0301b.example",
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "a\0@example.com",
    "a\ud800@example.com",
    "a" * 65 + "@example.com",
    "\uc608" * 22 + "@example.com",
    "a@" + "b" * 64 + ".example",
    "a@" + "b." * 127 + "example",
    "a" * 2000,
]


@pytest.mark.parametrize("address", INVALID)
def test_an_invalid_address_has_no_normal_form_and_the_error_does_not_repeat_it(address: str) -> None:
    with pytest.raises(InvalidEmail) as refused:
        normal_form(address)
    assert not address.strip() or address not in str(refused.value)
    assert normal_form_or_none(address) is None


@pytest.mark.parametrize("value", [None, 7, True, b"a@b.c", ["a@b.c"]])
def test_a_value_that_is_not_text_is_not_an_address(value: object) -> None:
    assert normal_form_or_none(value) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("stra\u00dfe@example.com", "strasse@example.com"),
        ("a@stra\u00dfe.example", "a@strasse.example"),
        ("\u0131nes@example.com", "ines@example.com"),
        ("\u0430lice@example.com", "alice@example.com"),
        ("\u212aevin@example.com", "kevin@example.com"),
        ("alice+x@example.com", "alice@example.com"),
        ("a.b@example.com", "ab@example.com"),
        ("a@example.com.", "a@example.com"),
        ('"a"@example.com', "a@example.com"),
        (None, ""),
        ("", "alice@example.com"),
    ],
)
def test_another_address_is_never_taken_for_the_same(one: object, other: object) -> None:
    assert not same_address(one, other)
    assert not same_address(other, one)


# Letters whose lower, upper, NFC or NFKC form is ASCII, and parts of such letters.
ODD = (
    "aAkKiIsS.@\u212a\u212b\u017f\u0130\u0131\u00df\u1e9e\u0307\u0301\u0345\u03a3\u03c3\u03c2"
    "\uff41\uff21\uff0e\u3002\ufb01\u00e9\uac00\u1100\u1161"
)
TEXT = st.text(max_size=20) | st.text(ODD, max_size=12) | st.emails().map(str)


@settings(deadline=None, max_examples=400)
@given(TEXT, TEXT)
@example("\u0130", "example.com")
@example("a\u0345\u0301", "example.com")
def test_normalising_twice_changes_nothing_and_raises_only_one_error(local: str, domain: str) -> None:
    try:
        normal = normal_form(f"{local}@{domain}")
    except InvalidEmail:
        return
    assert normal_form(normal) == normal
    assert normal.count("@") == 1
    assert normal.partition("@")[2].isascii()


@settings(deadline=None, max_examples=400)
@given(TEXT)
def test_any_text_has_a_normal_form_or_raises_one_error(text: str) -> None:
    assert normal_form_or_none(text) in (None, normal_form_or_none(normal_form_or_none(text)))


def ascii_part(local: str) -> str:
    """Return the ASCII characters of *local*, without those that belong to composed letters."""
    return "".join(one for one in unicodedata.normalize("NFC", local) if one.isascii()).lower()


@settings(deadline=None, max_examples=600)
@given(st.text(ODD.replace("@", ""), min_size=1, max_size=6), st.text(ODD.replace("@", ""), min_size=1, max_size=6))
@example("\u212a", "k")
@example("\u0130", "i\u0307")
@example("\u1fef", "`")
def test_local_parts_that_differ_in_their_ascii_characters_are_different_addresses(one: str, other: str) -> None:
    # Blanks around an address are removed, so they are not part of the comparison.
    if ascii_part(one.strip()) != ascii_part(other.strip()):
        assert not same_address(f"{one}@example.com", f"{other}@example.com")


def test_no_single_character_turns_into_ascii_in_the_local_part() -> None:
    for character in map(chr, range(0x80, 0x20000)):
        normal = normal_form_or_none(f"a{character}b@example.com")
        assert normal is None or not normal.isascii()
