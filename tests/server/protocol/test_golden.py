"""Values created by the npm package next-auth, which our code reads and reproduces."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest

from authwright.http import parse_cookies
from authwright.server.actions.signin import hash_token
from authwright.server.protocol import csrf, tokens
from authwright.server.protocol.cookies import default_cookies
from contract.golden.vectors import VECTORS

Vector = dict[str, Any]


def each(kind: str, *names: str) -> pytest.MarkDecorator:
    """Parametrize a test with the vectors of *kind*, whose ids are built from their fields *names*."""
    vectors = VECTORS[kind]
    return pytest.mark.parametrize(
        "vector", vectors, ids=[" ".join(str(one[name]) for name in names) for one in vectors]
    )


def test_the_vectors_come_from_the_version_that_we_follow() -> None:
    assert VECTORS["made_by"] == "next-auth@4.24.15"


@each("session_tokens", "name")
def test_a_session_token_from_node_is_read(vector: Vector) -> None:
    assert tokens.decode(vector["token"], [vector["secret"]], now=time.time()) == vector["claims"]


@each("check_cookies", "salt")
def test_a_check_cookie_from_node_is_read_for_its_own_purpose(vector: Vector) -> None:
    claims = tokens.decode(vector["token"], [vector["secret"]], now=vector["now"], salt=vector["salt"])
    assert claims == vector["claims"]
    assert claims.keys() == {"value", "provider", "iat", "exp", "jti"}


@each("csrf_cookies", "secure")
def test_a_csrf_cookie_from_node_is_read(vector: Vector) -> None:
    assert csrf.read(vector["cookie"], [vector["secret"]]) == vector["token"]


@each("csrf_cookies", "secure")
def test_a_csrf_cookie_is_created_as_node_creates_it(vector: Vector) -> None:
    token, cookie = csrf.mint(vector["secret"], lambda count: bytes.fromhex(vector["token"]))
    assert (token, cookie) == (vector["token"], vector["cookie"])
    assert default_cookies(vector["secure"]).csrf_token.cookie(cookie).serialize() == vector["set_cookie"]


@each("callback_url_cookies", "value")
def test_a_callback_url_cookie_is_written_and_read_as_in_node(vector: Vector) -> None:
    cookie = default_cookies(vector["secure"]).callback_url.cookie(vector["value"])
    assert cookie.serialize() == vector["set_cookie"]
    assert parse_cookies(vector["set_cookie"])[cookie.name] == vector["value"]


@each("session_cookies", "secure", "before", "after")
def test_session_cookies_are_split_and_stale_chunks_removed_as_in_node(vector: Vector) -> None:
    option = default_cookies(vector["secure"]).session_token
    sent = [parse_cookies(one.partition(";")[0]) for one in vector["set_cookie"]]
    value = option.read({name: value for pair in sent for name, value in pair.items() if value})
    expires = datetime.fromisoformat(vector["expires"]).timestamp()
    written = option.write(value or "", expires, dict.fromkeys(vector["held"], "old"))
    assert sorted([cookie.serialize() for cookie in written]) == sorted(vector["set_cookie"])


@each("mail_tokens", "hash")
def test_the_token_of_a_mail_is_hashed_as_in_node(vector: Vector) -> None:
    assert hash_token(vector["token"], vector["secret"]) == vector["hash"]
