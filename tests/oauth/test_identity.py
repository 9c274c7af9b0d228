"""Only an id of the adapter reaches the adapter, whatever ``sub`` a session token holds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from os import urandom
from typing import Any

import pytest
from starlette.responses import Response

from authwright import Auth, Callbacks
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import TokenRefreshError
from authwright.protocol import tokens
from authwright.providers import Credentials
from authwright.testing import FakeIdP
from authwright.types import Account, User
from support.apps import SECRET, make_auth
from support.browser import Browser
from support.provider import corp, sign_in, to_provider

SESSION = "next-auth.session-token"


class SerialAdapter(MemoryAdapter):
    """A store with serial ids, as many databases have."""

    def __init__(self) -> None:
        super().__init__()
        self._ids = count(1)

    def _add_user(self, user: User) -> User:
        made = replace(user, id=str(next(self._ids)))
        self._users[made.id] = made
        return replace(made)


def password(idp: FakeIdP, **options: Any) -> Auth:
    """An app whose own user Alice, who signs in by password, has the id "1", as has the adapter's first user."""

    def authorize(credentials: Mapping[str, str]) -> dict[str, str]:
        return {"id": "1", "name": "Alice", "email": "alice@app.example"}

    providers = [Credentials(authorize=authorize, fields={"username": {}}), corp(idp)]
    return make_auth(providers=providers, adapter=SerialAdapter(), strategy="jwt", **options)


async def bob_in(auth: Auth, idp: FakeIdP) -> Browser:
    """A browser in which Bob, the adapter's user "1", has signed in through "corp"."""
    browser = Browser(auth)
    await sign_in(browser, idp, "bob")
    return browser


async def alice_in(auth: Auth) -> Browser:
    browser = Browser(auth)
    await browser.sign_in(username="alice")
    return browser


async def test_the_token_of_a_user_of_the_adapter_is_for_that_user_alone(idp: FakeIdP) -> None:
    auth = password(idp)
    bob, alice = await bob_in(auth, idp), await alice_in(auth)
    assert (await auth.get_token(bob.cookies) or {})["sub"] == (await auth.get_token(alice.cookies) or {})["sub"]
    assert await auth.tokens.get(bob.cookies, "corp")
    with pytest.raises(TokenRefreshError, match="no session of a user in the adapter"):
        await auth.tokens.get(alice.cookies, "corp")


async def test_accounts_are_those_of_the_user_of_the_adapter(idp: FakeIdP) -> None:
    auth = password(idp)
    bob, alice = await bob_in(auth, idp), await alice_in(auth)
    assert [one.provider for one in await auth.list_accounts(bob.cookies)] == ["corp"]
    assert await auth.list_accounts(alice.cookies) == []
    assert not await auth.unlink_account(alice.cookies, "corp", "bob")


async def test_a_user_of_the_apps_own_links_nothing_to_a_user_of_the_adapter(idp: FakeIdP) -> None:
    auth = password(idp)
    await bob_in(auth, idp)
    assert "SessionRequired" in await to_provider(await alice_in(auth), link="true")
    assert len(await auth.list_accounts("1")) == 1


async def test_v4s_way_of_linking_merges_no_two_users(idp: FakeIdP) -> None:
    auth = password(idp, link_while_signed_in=True)
    await bob_in(auth, idp)
    await sign_in(await alice_in(auth), idp, "alice")
    assert len(await auth.list_accounts("1")) == 1


async def test_a_federated_sign_out_sends_no_id_token_of_another_user(idp: FakeIdP) -> None:
    auth = password(idp)
    await bob_in(auth, idp)
    alice = await alice_in(auth)
    response = await alice.sign_in("/signout", federated="true")
    assert b"id_token_hint" not in response.body


@pytest.mark.parametrize("credentials", [True, False])
async def test_a_token_of_node_counts_as_the_adapters_only_without_credentials(idp: FakeIdP, credentials: bool) -> None:
    auth = password(idp) if credentials else make_auth(providers=[corp(idp)], adapter=SerialAdapter(), strategy="jwt")
    bob = await bob_in(auth, idp)
    claims = await auth.get_token(bob.cookies)
    assert claims
    del claims["authwright"]
    cookies = {SESSION: encoded(claims)}
    assert len(await auth.list_accounts(cookies)) == (0 if credentials else 1)


def encoded(claims: Mapping[str, Any]) -> str:
    return tokens.encode(claims, SECRET, max_age=3600, now=time.time(), random=urandom)


@pytest.mark.parametrize("at", ["sign-in", "renewal"])
async def test_a_sub_that_the_jwt_callback_sets_is_the_apps_own(idp: FakeIdP, at: str) -> None:
    def jwt(token: dict[str, Any], user: User | None = None) -> dict[str, Any]:
        return {**token, "sub": "1"} if (user is not None) == (at == "sign-in") else token

    auth = make_auth(providers=[corp(idp)], adapter=SerialAdapter(), strategy="jwt", callbacks=Callbacks(jwt=jwt))
    await auth.adapter.create_user(User(id="", name="Carol"))
    await auth.adapter.link_account(Account(provider="x", type="oauth", provider_account_id="c", user_id="1"))
    bob = await bob_in(auth, idp)
    await bob.session()
    assert await auth.list_accounts(bob.cookies) == []


async def test_a_callback_that_drops_our_claim_changes_nothing(idp: FakeIdP) -> None:
    auth = password(idp, callbacks=Callbacks(jwt=lambda token: {"sub": token["sub"], "name": token["name"]}))
    bob, alice = await bob_in(auth, idp), await alice_in(auth)
    await bob.session()
    await alice.session()
    assert len(await auth.list_accounts(bob.cookies)) == 1
    assert await auth.list_accounts(alice.cookies) == []


@pytest.mark.parametrize(("email", "stored"), [("carol@example.com", True), ("alice@app.example", False)])
async def test_a_user_whom_the_app_signs_in_is_the_adapters_if_id_and_address_agree(
    idp: FakeIdP, email: str, stored: bool
) -> None:
    auth, response = password(idp), Response()
    await auth.adapter.create_user(User(id="", name="Carol", email="carol@example.com"))
    await auth.sign_in_user({}, User(id="1", email=email), response)
    value = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
    claims = await auth.get_token({SESSION: value})
    assert claims
    assert (claims["authwright"]["sub"] == "adapter") is stored
