"""Session cookies: which cookies of a request are ours, and how a long value is split over several cookies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authwright.http import Cookie, parse_cookies
from authwright.server.protocol.cookies import CHUNK_SIZE, CookieOption, default_cookies

NAME = "next-auth.session-token"
OPTION = default_cookies(secure=False).session_token
EXPIRES = 1_800_000_000.0


def kept(written: list[Cookie]) -> dict[str, str]:
    return {cookie.name: cookie.value for cookie in written if cookie.max_age != 0}


def removed(written: list[Cookie]) -> set[str]:
    return {cookie.name for cookie in written if cookie.max_age == 0}


def test_the_chunk_size_is_that_of_v4() -> None:
    assert CHUNK_SIZE == 3933


@pytest.mark.parametrize(("size", "chunks"), [(0, 1), (1, 1), (3933, 1), (3934, 2), (7866, 2), (7867, 3)])
def test_a_value_is_split_after_every_3933_characters(size: int, chunks: int) -> None:
    written = OPTION.write("x" * size, EXPIRES, {})
    names = [NAME] if chunks == 1 else [f"{NAME}.{number}" for number in range(chunks)]
    assert [cookie.name for cookie in written] == names
    assert [len(cookie.value) for cookie in written[:-1]] == [3933] * (chunks - 1)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1), st.integers(0, 30_000))
def test_a_written_value_is_read_back(text: str, repeat: int) -> None:
    value = text * (repeat // len(text) + 1)
    assert OPTION.read(kept(OPTION.write(value, EXPIRES, {}))) == value


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(0, 9_000))
@settings(deadline=None)
def test_no_chunk_is_larger_than_its_limit_when_it_is_escaped(text: str, repeat: int) -> None:
    value = text * (repeat // len(text) + 1)
    written = OPTION.write(value, EXPIRES, {})
    assert all(len(cookie.serialize().partition(";")[0]) <= CHUNK_SIZE + len(NAME) + 4 for cookie in written)
    assert value in OPTION.candidates(parse_cookies("; ".join(one.serialize().partition(";")[0] for one in written)))


def test_a_value_that_is_short_before_it_is_escaped_is_split() -> None:
    assert [cookie.name for cookie in OPTION.write("%" * 1_312, EXPIRES, {})] == [f"{NAME}.0", f"{NAME}.1"]
    assert [cookie.name for cookie in OPTION.write("%" * 1_311, EXPIRES, {})] == [NAME]


@pytest.mark.parametrize("size", [3_934, 7_866, 11_799, 11_800])
def test_leftover_chunks_do_not_hide_a_shorter_value(size: int) -> None:
    cookies = kept(OPTION.write("x" * size, EXPIRES, {}))
    leftover = {f"{NAME}.{number}": "left over" for number in range(len(cookies), 6)}
    candidates = OPTION.candidates(cookies | leftover)
    assert "x" * size in candidates
    assert len(candidates) <= 8


def test_a_token_of_v4_whose_characters_are_escaped_is_read() -> None:
    value = "%" * 9_000
    chunks = {f"{NAME}.{i}": value[start : start + CHUNK_SIZE] for i, start in enumerate(range(0, 9_000, CHUNK_SIZE))}
    assert OPTION.read(chunks) == value


def test_chunks_are_joined_in_the_order_of_their_numbers() -> None:
    chunks = {f"{NAME}.{number}": f"<{number}>" for number in (10, 2, 0, 1, 11, 3, 4, 5, 6, 7, 8, 9)}
    assert OPTION.read(chunks) == "<0><1><2><3><4><5><6><7><8><9><10><11>"


def test_chunks_without_the_first_chunk_are_ignored() -> None:
    assert OPTION.read({f"{NAME}.1": "a", f"{NAME}.2": "b"}) is None


def test_a_whole_value_takes_precedence_over_chunks() -> None:
    assert OPTION.read({f"{NAME}.0": "stale", NAME: "whole"}) == "whole"


def test_chunks_are_read_if_the_whole_value_is_empty() -> None:
    assert OPTION.read({NAME: "", f"{NAME}.0": "chunk"}) == "chunk"


@pytest.mark.parametrize(
    "name",
    [
        f"{NAME}.x",
        f"{NAME}-evil",
        f"{NAME}.0.1",
        f"{NAME}.\u00b2",
        f"{NAME}.\u0661",
        f"{NAME}.",
        f"{NAME}.-1",
        f"{NAME}.+1",
        f"{NAME}. 1",
        f"{NAME}.1 ",
        f"{NAME}.1\n",
        f"{NAME}.1_0",
        f"{NAME}.0x1",
        f"{NAME}0",
        f"{NAME}.{'9' * 5_000}",
        f"x{NAME}",
        NAME.upper(),
        f"__Secure-{NAME}",
        f"__Host-{NAME}",
    ],
    ids=lambda name: ascii(name)[:50],
)
def test_a_cookie_with_another_name_is_not_ours(name: str) -> None:
    assert OPTION.read({name: "evil"}) is None
    assert OPTION.values_in({name: "evil", NAME: "mine"}) == {NAME: "mine"}
    assert OPTION.clear({name: "evil"}) == []


def test_on_https_a_cookie_without_the_prefix_is_not_read() -> None:
    secure = default_cookies(secure=True).session_token
    assert secure.read({NAME: "planted", f"{NAME}.0": "planted"}) is None
    assert secure.read({f"__Secure-{NAME}": "mine"}) == "mine"


def test_chunks_that_are_not_written_again_are_removed() -> None:
    written = OPTION.write("x" * 5_000, EXPIRES, {f"{NAME}.{number}": "old" for number in range(4)})
    assert list(kept(written)) == [f"{NAME}.0", f"{NAME}.1"]
    assert removed(written) == {f"{NAME}.2", f"{NAME}.3"}


def test_the_whole_value_is_removed_when_chunks_replace_it() -> None:
    assert removed(OPTION.write("x" * 5_000, EXPIRES, {NAME: "old"})) == {NAME}


def test_chunks_are_removed_when_a_whole_value_replaces_them() -> None:
    written = OPTION.write("new", EXPIRES, {f"{NAME}.0": "old", f"{NAME}.1": "old", "other": "kept"})
    assert kept(written) == {NAME: "new"}
    assert removed(written) == {f"{NAME}.0", f"{NAME}.1"}


def test_clearing_a_session_removes_all_of_its_chunks() -> None:
    cookies = {NAME: "a", f"{NAME}.0": "b", f"{NAME}.1": "c", "other": "d"}
    assert removed(OPTION.clear(cookies)) == {NAME, f"{NAME}.0", f"{NAME}.1"}
    assert OPTION.clear({"other": "d"}) == []


def test_a_removal_is_unquoted_and_has_the_attributes_of_the_cookie() -> None:
    option = CookieOption(name="sid", domain="example.com", path="/app", secure=True, same_site="strict")
    text = "sid=; Max-Age=0; Domain=example.com; Path=/app; HttpOnly; Secure; SameSite=Strict"
    assert option.removal().serialize() == text


def test_every_chunk_has_the_attributes_and_the_expiry_of_the_cookie() -> None:
    attributes = {one.serialize().partition("; ")[2] for one in OPTION.write("x" * 9_000, EXPIRES, {})}
    assert attributes == {"Path=/; Expires=Fri, 15 Jan 2027 08:00:00 GMT; HttpOnly; SameSite=Lax"}


@pytest.mark.parametrize(("secure", "prefix"), [(False, ""), (True, "__Secure-")])
def test_names_are_those_of_v4_except_that_check_cookies_are_bound_to_the_host(secure: bool, prefix: str) -> None:
    cookies, host = default_cookies(secure), "__Host-" if secure else ""
    assert cookies.session_token.name == f"{prefix}next-auth.session-token"
    assert cookies.callback_url.name == f"{prefix}next-auth.callback-url"
    assert cookies.csrf_token.name == f"{host}next-auth.csrf-token"
    assert cookies.pkce_code_verifier.name == f"{host}next-auth.pkce.code_verifier"
    assert (cookies.state.name, cookies.nonce.name) == (f"{host}next-auth.state", f"{host}next-auth.nonce")
