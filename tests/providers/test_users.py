"""What ``authorize`` and ``profile`` may return: each field is converted, or refused by an error that names it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, HttpUrl

from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.errors import CredentialsSignin, OAuthCallbackError, SignInError
from authwright.http import Response
from authwright.providers import Credentials
from authwright.providers.users import read_user
from authwright.server.oauth.sign_in import user_of
from authwright.testing import FakeIdP
from authwright.types import User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import corp, sign_in

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ALICE = {"id": "1", "name": "Alice", "email": "alice@example.com"}


class Role(str, Enum):  # noqa: UP042 - apps write it so
    ADMIN = "admin"


class Plain(Enum):
    ADMIN = "admin"


class Model(BaseModel):
    id: int = 1


@dataclass
class Record:
    id: int = 1


def read(**fields: Any) -> User:
    return read_user(fields, "authorize returned", CredentialsSignin)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (0, "0"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal(7), "7"),
        (HttpUrl("https://example.com/a.png"), "https://example.com/a.png"),
        (Path("/a.png"), "/a.png"),
        (Role.ADMIN, "admin"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("field", ["id", "name", "email", "image"])
def test_a_value_with_a_text_is_converted(field: str, value: object, text: str) -> None:
    user = read(**{"id": "1", field: value})
    assert getattr(user, field) == text
    assert type(getattr(user, field)) is str
    assert read_user(user, "", SignInError) == user


@pytest.mark.parametrize(
    "value",
    [[], ["a"], {}, {"a": 1}, set(), True, False, 1.5, float("nan"), b"a", object(), print, Plain.ADMIN, Model(),
     Record(), NOON],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("field", ["id", "name", "email", "image"])
def test_any_other_value_is_refused_by_the_name_of_the_field(field: str, value: Any) -> None:
    with pytest.raises(CredentialsSignin, match=f"^authorize returned a user whose {field} "):
        read(**{"id": "1", field: value})
    with pytest.raises(CredentialsSignin, match=f" whose {field} "):
        read_user(User(**{"id": "1", field: value}), "authorize returned", CredentialsSignin)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", ""),
        ("id", None),
        ("id", "x" * 256),
        ("id", "a\0b"),
        ("id", "\ud800"),
        ("email", "x" * 321),
        ("email", "a\0b"),
    ],
)
def test_an_id_or_address_that_no_store_can_hold_is_refused(field: str, value: object) -> None:
    with pytest.raises(CredentialsSignin, match=f" whose {field} "):
        read(**{"id": "1", field: value})


@pytest.mark.parametrize(
    ("value", "instant"),
    [
        (None, None),
        (False, None),
        ("false", None),
        (0, None),
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
        (NOON.astimezone(timezone(timedelta(hours=9))), NOON),
        ("2026-01-01T12:00:00.000Z", NOON),
    ],
    ids=repr,
)
def test_email_verified_becomes_an_instant(value: object, instant: datetime | None) -> None:
    assert read(id="1", email_verified=value).email_verified == instant


@pytest.mark.parametrize("value", [True, "true", 1])
def test_a_verified_address_without_a_date_is_verified_now(value: object) -> None:
    verified = read(id="1", email_verified=value).email_verified
    assert verified is not None
    assert abs(datetime.now(UTC) - verified) < timedelta(minutes=1)


@pytest.mark.parametrize("value", ["yes", "2026-13-01", [], {}, 1767268800, date(2026, 1, 1), object()], ids=repr)
def test_another_value_of_email_verified_is_refused(value: object) -> None:
    with pytest.raises(CredentialsSignin, match=" whose email_verified is not a date"):
        read(id="1", email_verified=value)


@pytest.mark.parametrize("value", [[], [("a", 1)], "a", 1, True], ids=repr)
def test_extra_must_be_a_dict(value: object) -> None:
    with pytest.raises(CredentialsSignin, match=" whose extra is a "):
        read(id="1", extra=value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3)
    | st.datetimes() | st.uuids() | st.decimals(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*User.__slots__, "role"]), anything) | anything)
def test_any_result_becomes_a_storable_user_or_is_refused(result: Any) -> None:
    try:
        user = read_user(result, "authorize returned", CredentialsSignin)
    except CredentialsSignin:
        return
    assert user.id
    texts = [text for text in (user.id, user.name, user.email, user.image) if text is not None]
    assert [text for text in texts if type(text) is not str or "\0" in text or not text.encode()] == [""] * texts.count(
        ""
    )
    assert user.email_verified is None or user.email_verified.tzinfo is UTC


async def test_the_error_for_a_profile_names_the_provider() -> None:
    provider = corp(FakeIdP(), profile=lambda claims: MappingProxyType({"id": claims["sub"], "image": ["x"]}))
    with pytest.raises(OAuthCallbackError, match=" corp returned a user whose image is a list"):
        await user_of(provider, {"sub": "alice"}, {})


@pytest.fixture(params=["tokens", "memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    """The options of an app without an adapter, and of one with each kind of store."""
    if request.param == "tokens":
        yield {}
        return
    sqlite = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db")
    yield {"adapter": sqlite if request.param == "sqlite" else MemoryAdapter(), "strategy": "database"}
    await sqlite.aclose()


GOOD = [
    {"id": UUID(int=1)},
    {"image": HttpUrl("https://example.com/a.png")},
    {"email_verified": True},
    {"extra": {"born": date(2000, 1, 1), "roles": {"a"}, "id": UUID(int=1), "site": HttpUrl("https://a.example")}},
    {"joined": NOON, "role": Plain.ADMIN},
]
BAD = [{"id": []}, {"id": True}, {"name": {}}, {"email_verified": "yes"}, {"extra": "x"}]


async def by_password(result: Any, store: dict[str, Any]) -> Response:
    provider = Credentials(authorize=lambda credentials: result)
    return await Browser(make_auth(providers=[provider], **store)).sign_in(username="alice")


@pytest.mark.parametrize("fields", GOOD, ids=str)
async def test_odd_values_sign_in(fields: dict[str, Any], store: dict[str, Any]) -> None:
    response = await by_password(ALICE | fields, store)
    assert (response.status, location_of(response)) == (200, ORIGIN)
    idp = FakeIdP()
    auth = make_auth(providers=[corp(idp, profile=lambda claims: ALICE | {"email": "b@example.com"} | fields)], **store)
    assert await sign_in(Browser(auth), idp) == ORIGIN


@pytest.mark.parametrize("fields", BAD, ids=str)
async def test_invalid_values_are_errors_of_the_sign_in(
    fields: dict[str, Any], store: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    response = await by_password(ALICE | fields, store)
    assert response.status == 401
    assert location_of(response) == f"{BASE_URL}/error?error=CredentialsSignin&provider=credentials"
    idp = FakeIdP()
    auth = make_auth(providers=[corp(idp, profile=lambda claims: ALICE | fields)], **store)
    assert await sign_in(Browser(auth), idp) == f"{BASE_URL}/error?error=OAuthCallback"
    assert len([record for record in caplog.records if f"whose {next(iter(fields))} " in record.getMessage()]) == 2


@pytest.mark.parametrize("value", [b"x", float("nan"), object(), {"a": [b"x"]}], ids=repr)
async def test_extra_data_that_json_cannot_represent_is_refused_by_name(
    value: object, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db")
    response = await by_password(ALICE | {"odd": value}, {"adapter": adapter, "strategy": "database"})
    assert location_of(response) == f"{BASE_URL}/error?error=Configuration"
    assert "User.extra['odd']: the value is or contains a " in caplog.text
    await adapter.aclose()


async def test_a_user_that_the_app_signs_in_is_converted_too() -> None:
    auth, response, odd = make_auth(), Response(), User(id="1")
    odd.id = UUID(int=1)  # type: ignore[assignment]
    await auth.sign_in_user({}, odd, response)
    token = await auth.get_token({cookie.name: cookie.value for cookie in response.cookies})
    assert token is not None
    assert token["sub"] == str(UUID(int=1))
    odd.name = []  # type: ignore[assignment]
    with pytest.raises(SignInError, match="sign_in_user received a user whose name is a list"):
        await auth.sign_in_user({}, odd, response)


def test_a_subclass_of_user_stays_one() -> None:
    @dataclass(kw_only=True)
    class Member(User):
        level: int = 1

    assert read_user(Member(id="1", level=3), "authorize returned", CredentialsSignin) == Member(id="1", level=3)
