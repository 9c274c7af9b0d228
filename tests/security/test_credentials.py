"""Credentials are never logged, and they sign in only their own user."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from authwright import Auth, Callbacks
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.providers import Credentials
from authwright.types import Account, User
from support.apps import ORIGIN, make_auth
from support.browser import Browser, location_of


def raise_with_credentials(credentials: Mapping[str, str]) -> None:
    raise ValueError(f"cannot check {dict(credentials)} for {credentials['username']}")


async def test_a_password_that_an_exception_quotes_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    await Browser(make_auth(providers=[Credentials(authorize=raise_with_credentials)])).sign_in(
        username="ann", password="it's me!\\"
    )
    assert "cannot check" in caplog.text
    assert "s me!" not in caplog.text


async def test_a_password_that_the_sign_in_callback_quotes_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    def sign_in(credentials: Mapping[str, str]) -> bool:
        raise ValueError(credentials["password"])

    response = await Browser(make_auth(callbacks=Callbacks(sign_in=sign_in))).sign_in(
        username="alice", password="wonderland"
    )
    assert response.status == 403
    assert "wonderland" not in caplog.text


async def test_a_numeric_id_becomes_text_in_the_token_and_in_the_store() -> None:
    seen: list[object] = []

    def sign_in(user: User, account: Account) -> bool:
        seen.extend([user.id, account.provider_account_id])
        return True

    numbered: dict[str, Any] = {"id": 7, "name": "Ann"}
    ann = User(**numbered)
    auth = make_auth(providers=[Credentials(authorize=lambda credentials: ann)], callbacks=Callbacks(sign_in=sign_in))
    browser = Browser(auth)
    await browser.sign_in()
    token = await auth.get_token(browser.cookies)
    assert token is not None
    assert [*seen, token["sub"]] == ["7", "7", "7"]


@pytest.fixture
async def adapter(tmp_path: Path) -> AsyncIterator[SQLAlchemyAdapter]:
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{tmp_path}/auth.db")
    yield adapter
    await adapter.aclose()


def auth_for(user: User, adapter: SQLAlchemyAdapter) -> Auth:
    return make_auth(strategy="database", adapter=adapter, providers=[Credentials(authorize=lambda credentials: user)])


async def sign_in_at_once(auth: Auth) -> set[str]:
    responses = await asyncio.gather(*(Browser(auth).sign_in() for _ in range(8)))
    return {location_of(response) for response in responses}


async def test_simultaneous_first_sign_ins_all_succeed(adapter: SQLAlchemyAdapter) -> None:
    ann = User(id="ann", email="ann@example.com")
    assert await sign_in_at_once(auth_for(ann, adapter)) == {ORIGIN}


async def test_simultaneous_first_sign_ins_of_a_known_user_all_succeed(adapter: SQLAlchemyAdapter) -> None:
    ann = await adapter.create_user(User(id="", email="ann@example.com"))
    assert await sign_in_at_once(auth_for(ann, adapter)) == {ORIGIN}


@pytest.mark.parametrize("email", [None, "", "mallory@example.com"])
async def test_an_id_is_not_enough_to_take_over_a_user(adapter: SQLAlchemyAdapter, email: str | None) -> None:
    ann = await adapter.create_user(User(id="", name="Ann", email="ann@example.com"))
    mallory = Browser(auth_for(User(id=ann.id, name="Mallory", email=email), adapter))
    await mallory.sign_in()
    assert (await mallory.session())["user"]["name"] == "Mallory"


async def test_an_address_is_not_enough_to_take_over_a_user(adapter: SQLAlchemyAdapter) -> None:
    await adapter.create_user(User(id="", name="Ann", email="ann@example.com"))
    mallory = Browser(auth_for(User(id="mallory", email="ann@example.com"), adapter))
    assert location_of(await mallory.sign_in()).endswith("error=OAuthAccountNotLinked")
    assert await mallory.session() == {}
