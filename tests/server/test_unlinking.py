"""The accounts of a user can be listed, and unlinked except for the last sign-in method."""

from __future__ import annotations

import asyncio

import pytest

from authwright import Auth
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError, LastWayIn
from authwright.providers import Email
from authwright.testing import FakeIdP, Outbox
from authwright.types import Account, User
from support.apps import make_auth
from support.browser import Browser
from support.provider import corp, sign_in


@pytest.fixture
def idp() -> FakeIdP:
    return FakeIdP("http://localhost:4000")


def make(idp: FakeIdP, *more: object, adapter: Adapter | None = None) -> Auth:
    providers = [corp(idp), corp(idp, id="home"), *more]
    return make_auth(providers=providers, adapter=adapter or MemoryAdapter(), strategy="database")


async def linked_twice(auth: Auth, idp: FakeIdP) -> User:
    """Return a user who has signed in with "corp" and has then linked "home"."""
    browser = Browser(auth)
    await sign_in(browser, idp)
    await sign_in(browser, idp, provider="home", link="true")
    user = await auth.adapter.get_user_by_account("home", "alice")
    assert user
    return user


async def providers_of(auth: Auth, user: User) -> list[str]:
    return [account.provider for account in await auth.list_accounts(user.id)]


async def test_a_users_accounts_are_listed_without_their_tokens(idp: FakeIdP) -> None:
    auth = make(idp)
    user = await linked_twice(auth, idp)
    (one, two), stored = await auth.list_accounts(user.id), await auth.adapter.list_accounts(user.id)
    assert (one.provider, two.provider, one.provider_account_id, one.type) == ("corp", "home", "alice", "oauth")
    assert not any(str(account.access_token) in repr([one, two]) for account in stored)


async def test_an_unlinked_account_no_longer_signs_in(idp: FakeIdP) -> None:
    auth = make(idp)
    user = await linked_twice(auth, idp)
    assert await auth.unlink_account(user.id, "corp", "alice")
    assert not await auth.unlink_account(user.id, "corp", "alice")
    assert await providers_of(auth, user) == ["home"]
    assert "OAuthAccountNotLinked" in await sign_in(Browser(auth), idp)


async def test_the_last_sign_in_method_cannot_be_removed(idp: FakeIdP) -> None:
    auth = make(idp)
    user = await linked_twice(auth, idp)
    await auth.unlink_account(user.id, "corp", "alice")
    with pytest.raises(LastWayIn) as refused:
        await auth.unlink_account(user.id, "home", "alice")
    assert refused.value.status == 409
    assert await providers_of(auth, user) == ["home"]


async def test_an_account_with_a_removed_provider_is_not_a_sign_in_method(idp: FakeIdP) -> None:
    auth = make(idp)
    user = await linked_twice(auth, idp)
    del auth._context.providers["home"]  # type: ignore[attr-defined]
    with pytest.raises(LastWayIn):
        await auth.unlink_account(user.id, "corp", "alice")
    await auth.unlink_account(user.id, "home", "alice")
    assert await providers_of(auth, user) == ["corp"]


async def test_an_email_link_is_a_sign_in_method_only_for_a_user_with_an_address(idp: FakeIdP, outbox: Outbox) -> None:
    auth = make(idp, Email(send=outbox.send))
    user = await linked_twice(auth, idp)
    for provider in ("corp", "home"):
        assert await auth.unlink_account(user.id, provider, "alice")
    nameless = await auth.adapter.sign_up(
        User(id=""), Account(provider="corp", type="oauth", provider_account_id="bob"), None
    )
    with pytest.raises(LastWayIn):
        await auth.unlink_account(nameless.id, "corp", "bob")


class SimultaneousUnlinks(MemoryAdapter):
    """A store that unlinks only when two calls are waiting, so that both have seen the other account."""

    def __init__(self) -> None:
        super().__init__()
        self._both = asyncio.Barrier(2)

    async def unlink_account(self, provider: str, provider_account_id: str) -> None:
        await self._both.wait()
        await super().unlink_account(provider, provider_account_id)
        await self._both.wait()


async def test_one_of_two_simultaneously_unlinked_accounts_stays(idp: FakeIdP) -> None:
    auth = make(idp, adapter=SimultaneousUnlinks())
    user = await linked_twice(auth, idp)
    both = (auth.unlink_account(user.id, provider, "alice") for provider in ("corp", "home"))
    results = await asyncio.gather(*both, return_exceptions=True)
    assert any(isinstance(result, LastWayIn) for result in results)
    assert await providers_of(auth, user) != []


async def test_a_user_cannot_unlink_the_account_of_another_user(idp: FakeIdP) -> None:
    auth = make(idp)
    user = await linked_twice(auth, idp)
    bob = await auth.adapter.create_user(User(id="", name="Bob"))
    assert not await auth.unlink_account(bob.id, "corp", "alice")
    assert not await auth.unlink_account("unknown", "corp", "alice")
    assert await providers_of(auth, user) == ["corp", "home"]


async def test_an_adapter_that_cannot_list_accounts_is_named() -> None:
    with pytest.raises(ConfigurationError, match="adapter"):
        await make_auth().list_accounts("1")


def test_accounts_can_be_listed_and_unlinked_synchronously(idp: FakeIdP) -> None:
    auth = make(idp)
    user = asyncio.run(linked_twice(auth, idp))
    assert auth.unlink_account_sync(user.id, "corp", "alice")
    assert [account.provider for account in auth.list_accounts_sync(user.id)] == ["home"]
