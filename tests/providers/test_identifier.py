"""E-mail addresses as identities."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from authwright.errors import EmailSignin
from authwright.providers.email.addresses import normalize_email


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Alice@Example.COM", "alice@example.com"),
        ("  bob@example.com ", "bob@example.com"),
        ("first.last+tag@mail.example.org", "first.last+tag@mail.example.org"),
        ("\u212aen@example.com", "ken@example.com"),
        ("alice\uff20example.com", "alice@example.com"),
        ("alice@b\u00fccher.example", "alice@xn--bcher-kva.example"),
        ("alice@XN--BCHER-KVA.Example", "alice@xn--bcher-kva.example"),
        ("a@stra\u00dfe.example", "a@xn--strae-oqa.example"),
        ("a@\u03b2\u03cc\u03bb\u03bf\u03c2.example", "a@xn--nxasmm1c.example"),
        ("a@\u4f8b\u3048\u3002jp", "a@xn--r8jz45g.jp"),
        ("\uc608@example.com", "\uc608@example.com"),
        ("Jos\u00c9@example.com", "jos\u00e9@example.com"),
    ],
)
def test_a_plain_address_is_normalised(typed: str, address: str) -> None:
    assert normalize_email(typed) == address


HOSTILE = [
    "",
    "alice",
    "@example.com",
    "alice@",
    "alice@localhost",
    "a@b@example.com",
    "a\uff20b@example.com",
    '"a"@example.com',
    "a@example.com,b@evil.example",
    "a,b@example.com",
    "a@example.com;b@evil.example",
    "<a@example.com>",
    "Alice <a@example.com>",
    "a(comment)@example.com",
    "a@[127.0.0.1]",
    "a\\@example.com",
    "a b@example.com",
    "a@exam ple.com",
    "a\r\nBcc: b@evil.example@example.com",
    "a\u200b@example.com",
    "a\u202e@example.com",
    "a@example\u00ad.com",
    "a\x00@example.com",
    ".a@example.com",
    "a.@example.com",
    "a..b@example.com",
    "a@-example.com",
    "a@example..com",
    "a@example.com.",
    "\uc608" * 22 + "@example.com",
    "a" * 65 + "@example.com",
    "a@" + "b" * 64 + ".com",
    "a@" + "b." * 130 + "com",
    "a@127.0.0.1",
    "a@example.123",
    "a@xn--\uc608.example",
    "a\ud800@example.com",
    "a@example\u2028.com",
    "a" * 5000,
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_anything_else_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(EmailSignin) as refused:
        normalize_email(typed)
    assert not typed or typed not in str(refused.value)


@settings(deadline=None)
@given(st.emails() | st.text(max_size=40) | st.text('a@.,"<> \u212a\uff20\u200b-', max_size=12))
@example("\u0130@example.com")
@example("a@\u3002com.example")
def test_a_normalised_address_has_one_at_sign_and_stays_the_same(typed: str) -> None:
    try:
        address = normalize_email(typed)
    except EmailSignin:
        return
    assert address.count("@") == 1
    assert normalize_email(address) == address


@settings(deadline=None)
@given(st.text(max_size=12), st.sampled_from(["com", "\ud55c\uad6d", "de"]))
def test_every_domain_is_either_a_plain_name_or_refused(label: str, last: str) -> None:
    try:
        address = normalize_email(f"alice@{label}.{last}")
    except EmailSignin:
        return
    assert re.fullmatch(r"alice@([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}", address)
