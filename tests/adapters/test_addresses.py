"""``auth.adapter`` stores and finds e-mail addresses by their normal form; adapters compare what they are given."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL

from authwright import Auth
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.redis import RedisAdapter
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.cli.administration import find_user
from authwright.errors import Conflict, InvalidEmail
from authwright.types import User
from support.apps import make_auth


@pytest.fixture
async def stored(place: URL | Redis | None, prefix: str) -> AsyncIterator[Adapter]:
    """Each kind of store, without the layer that normalises addresses."""
    if isinstance(place, URL):
        in_sql = SQLAlchemyAdapter(place, create_tables=True)
        yield in_sql
        await in_sql.aclose()
    else:
        yield MemoryAdapter() if place is None else RedisAdapter(place, prefix=prefix)


@pytest.fixture
def auth(stored: Adapter) -> Auth:
    return make_auth(adapter=stored)


@pytest.mark.parametrize("other", ["OWNER@EXAMPLE.COM", " owner@Example.com\n", "owner@ex\uff41mple.com"])
async def test_one_address_in_two_forms_is_one_user(auth: Auth, stored: Adapter, other: str) -> None:
    created = await auth.adapter.create_user(User(id="", email=other))
    assert created.email == "owner@example.com"
    assert await stored.get_user_by_email("owner@example.com") == created
    assert await auth.adapter.get_user_by_email(other) == created
    for again in (other, "owner@example.com", "Owner@example.com"):
        with pytest.raises(Conflict):
            await auth.adapter.sign_up(User(id="", email=again), None, None)


async def test_addresses_in_other_scripts_are_stored_and_found(auth: Auth) -> None:
    created = await auth.adapter.create_user(User(id="", email="Jos\u00c9@B\u00fccher.example"))
    assert created.email == "jos\u00e9@xn--bcher-kva.example"
    assert await auth.adapter.get_user_by_email("jose\u0301@b\u00dccher.example") == created


async def test_any_number_of_users_have_no_address(auth: Auth) -> None:
    users = [await auth.adapter.create_user(User(id="", email=email)) for email in ("", " ", None)]
    for user in users:
        given = await auth.adapter.update_user(user.id, {"email": f"{user.id}@example.com"})
        assert given.email
        assert (await auth.adapter.update_user(user.id, {"email": ""})).email is None
    assert await auth.adapter.get_user_by_email("") is None


async def test_an_update_normalises_the_address_and_cannot_take_one_in_another_form(auth: Auth) -> None:
    owner = await auth.adapter.create_user(User(id="", email="owner@example.com"))
    bob = await auth.adapter.create_user(User(id="", email="bob@example.com"))
    with pytest.raises(Conflict):
        await auth.adapter.update_user(bob.id, {"email": "OWNER@EXAMPLE.COM"})
    assert (await auth.adapter.update_user(owner.id, {"email": "OWNER@Example.com"})).email == "owner@example.com"
    assert (await auth.adapter.update_user(bob.id, {"name": "Bob"})).email == "bob@example.com"


@pytest.mark.parametrize("invalid", ["\u212aevin@example.com", "kevin", "a@b@example.com", '"kevin"@example.com'])
async def test_an_invalid_address_is_refused_and_finds_no_user(auth: Auth, invalid: str) -> None:
    kevin = await auth.adapter.create_user(User(id="", email="kevin@example.com"))
    with pytest.raises(InvalidEmail):
        await auth.adapter.create_user(User(id="", email=invalid))
    with pytest.raises(InvalidEmail):
        await auth.adapter.update_user(kevin.id, {"email": invalid})
    assert await auth.adapter.get_user_by_email(invalid) is None


@pytest.mark.parametrize("earlier", ["OWNER@Example.com", "owner", "\u212aevin@example.com"])
async def test_a_row_that_was_stored_in_another_form_stays_reachable_and_keeps_its_address(
    auth: Auth, stored: Adapter, earlier: str
) -> None:
    owner = await stored.create_user(User(id="", email=earlier))
    assert await auth.adapter.get_user_by_email(earlier) == owner
    assert await find_user(stored, earlier) == owner  # type: ignore[arg-type]
    with pytest.raises((Conflict, InvalidEmail)):
        await auth.adapter.create_user(User(id="", email=earlier))


async def test_storing_an_earlier_row_again_gives_it_the_normal_form(auth: Auth, stored: Adapter) -> None:
    owner = await stored.create_user(User(id="", email="OWNER@Example.com"))
    assert (await auth.adapter.update_user(owner.id, {"email": "OWNER@Example.com"})).email == "owner@example.com"
    assert await auth.adapter.get_user_by_email("OWNER@Example.com") == await stored.get_user(owner.id)


async def test_the_row_in_normal_form_is_preferred_to_an_earlier_one(auth: Auth, stored: Adapter) -> None:
    await stored.create_user(User(id="", email="OWNER@example.com"))
    owner = await stored.create_user(User(id="", email="owner@example.com"))
    assert await auth.adapter.get_user_by_email("OWNER@example.com") == owner
