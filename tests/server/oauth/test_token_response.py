"""The token response (RFC 6749 section 5.1): which members are used, and which are ignored."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authwright.errors import ConfigurationError, OAuthCallbackError
from authwright.providers import Slack
from authwright.providers.http import Reply
from authwright.server.oauth.sign_in import account_of, checked_tokens, with_tokens
from authwright.testing import FakeIdP
from authwright.types import Account, User
from support.provider import corp

PROVIDER = corp(FakeIdP())
TEN_YEARS = 10 * 365 * 86400


def read(**members: Any) -> Account:
    """Return the account that is created from a token response with *members*."""
    body = json.dumps({"access_token": "token", **members}).encode()
    return account_of(PROVIDER, User(id="alice"), checked_tokens(Reply(200, {}, body).json()))


@pytest.mark.parametrize("access_token", [None, "", 7, True, ["token"], {"token": 1}, "\u00e9", "a\nb", "\ud800", "\0"])
def test_an_access_token_must_be_text_that_is_valid_in_a_header(access_token: Any) -> None:
    with pytest.raises(OAuthCallbackError):
        read(access_token=access_token)


@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "BEARER", None])
def test_the_bearer_token_type_is_accepted_in_any_case(token_type: str | None) -> None:
    assert read(token_type=token_type).access_token == "token"


@pytest.mark.parametrize("token_type", ["bot", "USER", "Bearer"])
def test_a_token_type_that_the_provider_is_known_for_is_accepted(token_type: str) -> None:
    slack = Slack(client_id="app", client_secret="secret")
    tokens = checked_tokens({"access_token": "token", "token_type": token_type}, slack.token_types)
    assert tokens["token_type"] == token_type
    with pytest.raises(OAuthCallbackError, match="token_types"):
        checked_tokens({"access_token": "token", "token_type": "mac"}, slack.token_types)


@pytest.mark.parametrize("token_types", ["bot", ("mac",), ("bot", "DPoP")])
def test_a_token_type_that_needs_a_proof_cannot_be_allowed(token_types: Any) -> None:
    with pytest.raises(ConfigurationError, match="token_types"):
        corp(FakeIdP(), token_types=token_types)


@pytest.mark.parametrize("token_type", ["mac", "DPoP", "Bearer x", 7, ["Bearer"]])
def test_any_other_token_type_is_refused(token_type: Any) -> None:
    with pytest.raises(OAuthCallbackError):
        read(token_type=token_type)


@pytest.mark.parametrize(
    ("expires_in", "seconds"), [(0, 0), (3600, 3600), ("3600", 3600), (59.9, 59), ("1.5", 1), (TEN_YEARS, TEN_YEARS)]
)
def test_expires_in_is_a_number_of_seconds_which_may_be_written_as_text(expires_in: Any, seconds: int) -> None:
    expires_at = read(expires_in=expires_in).expires_at
    assert expires_at is not None
    assert abs(expires_at - time.time() - seconds) <= 2


def at(seconds: float) -> int:
    return int(time.time() + seconds)


def iso(seconds: float, zone: str = "Z") -> str:
    return datetime.fromtimestamp(at(seconds), UTC).strftime(f"%Y-%m-%dT%H:%M:%S{zone}")


@pytest.mark.parametrize(
    ("members", "seconds"),
    [
        (lambda: {"expires_at": at(3600)}, 3600),
        (lambda: {"expires_at": str(at(3600))}, 3600),
        (lambda: {"expires_at": at(3600) * 1000}, 3600),
        (lambda: {"expires_at": f"{at(3600)}000"}, 3600),
        (lambda: {"expires_at": at(3600) + 0.5}, 3600),
        (lambda: {"expires_at": iso(3600)}, 3600),
        (lambda: {"expires_at": iso(3600, "+00:00")}, 3600),
        (lambda: {"expires_at": iso(3600, "")}, 3600),
        (lambda: {"expires": at(3600)}, 3600),
        (lambda: {"expires": iso(3600)}, 3600),
        (lambda: {"expires": 5184000}, 5184000),
        (lambda: {"expires": "86400"}, 86400),
        (lambda: {"expires_in": 60, "expires_at": at(3600), "expires": 7}, 60),
        (lambda: {"expires_in": None, "expires_at": at(3600), "expires": 7}, 3600),
        (lambda: {"expires_in": "soon", "expires_at": "later", "expires": 7}, 7),
        (lambda: {"expires_at": at(-60)}, 0),
    ],
)
def test_the_expiry_is_also_read_from_other_members(members: Callable[[], dict[str, Any]], seconds: int) -> None:
    expires_at = read(**members()).expires_at
    assert expires_at is not None
    assert seconds - 10 <= expires_at - time.time() <= seconds + 2


@pytest.mark.parametrize("name", ["expires_at", "expires"])
@pytest.mark.parametrize(
    "value", [True, -1, at(-2 * 86400), at(2 * TEN_YEARS), at(60) * 10**6, "", "9999-12-31", "0001-01-01", [1], "nan"]
)
def test_an_expiry_that_is_not_plausible_is_ignored(name: str, value: Any) -> None:
    assert read(**{name: value}).expires_at is None


INVALID_EXPIRES_IN = [None, True, -1, "-1", TEN_YEARS + 1, 10**400, "soon", "", "nan", "inf", [3600], {}]


@pytest.mark.parametrize("expires_in", INVALID_EXPIRES_IN, ids=lambda expires_in: str(expires_in)[:20])
def test_an_invalid_expires_in_is_ignored(expires_in: Any) -> None:
    assert read(expires_in=expires_in).expires_at is None


@pytest.mark.parametrize("name", ["refresh_token", "id_token", "scope", "session_state"])
@pytest.mark.parametrize("value", [7, ["x"], {"x": 1}, "\u00e9", "a\0b"])
def test_a_member_that_is_not_text_is_ignored(name: str, value: Any) -> None:
    assert getattr(read(**{name: value}), name) is None


LIES = {"provider": "github", "type": "email", "provider_account_id": "bob", "user_id": "bob"}
LIES |= {"providerAccountId": "bob", "userId": "bob", "expires_at": 7, "__class__": "x", "__init__": "x"}


def test_a_token_response_cannot_choose_the_account() -> None:
    account = read(**LIES)
    identity = (account.provider, account.type, account.provider_account_id, account.user_id, account.expires_at)
    assert identity == ("corp", "oauth", "alice", None, None)
    refreshed = with_tokens(account, checked_tokens({"access_token": "new", **LIES}))
    assert refreshed == read(access_token="new")


NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False) | st.just(10**400)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = [one.name for one in fields(Account)] + ["expires_in", "error", "__class__", "__dict__"]


def assert_valid(account: Account) -> None:
    assert (account.provider, account.type, account.provider_account_id) == ("corp", "oauth", "alice")
    for name in ("access_token", "refresh_token", "id_token", "scope", "session_state", "token_type"):
        value = getattr(account, name)
        assert value is None or (isinstance(value, str) and value.isascii() and value.isprintable())
    assert account.expires_at is None or 0 <= account.expires_at - time.time() + 2 <= TEN_YEARS + 4


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6), st.booleans())
def test_any_members_give_a_valid_account_or_are_refused(members: dict[str, Any], whole: bool) -> None:
    body = json.dumps(members | ({"access_token": "token", "token_type": "Bearer"} if whole else {})).encode()
    try:
        tokens = checked_tokens(Reply(200, {}, body).json())
    except OAuthCallbackError:
        assert not whole
        return
    assert_valid(account_of(PROVIDER, User(id="alice"), tokens))
    assert_valid(with_tokens(read(), tokens))


@settings(deadline=None)
@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_body_is_either_parsed_or_refused(body: bytes) -> None:
    try:
        members = Reply(200, {}, body).json()
    except OAuthCallbackError:
        return
    # Accepted members can be stored and shown.
    json.dumps(members, ensure_ascii=False, allow_nan=False).encode()


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"x":' * 100_000, b'{"x":NaN}', b"\xff{}"])
def test_a_body_that_is_not_valid_json_is_refused(body: bytes) -> None:
    with pytest.raises(OAuthCallbackError):
        Reply(200, {}, body).json()


def test_an_unpaired_surrogate_is_replaced() -> None:
    body = b'{"a": "\\ud800", "b\\udc00": ["\\ud83d\\ude00"], "c": "\\udc00\\ud800x"}'
    assert Reply(200, {}, body).json() == {"a": "\ufffd", "b\ufffd": ["\U0001f600"], "c": "\ufffd\ufffdx"}


def test_a_byte_order_mark_is_ignored() -> None:
    assert Reply(200, {}, b'\xef\xbb\xbf{"x": 1}').json() == {"x": 1}
