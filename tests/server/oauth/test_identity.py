"""Only the id of a user in the adapter is passed to the adapter, whatever the ``sub`` of a session token is."""

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
from authwright.providers import Credentials
from authwright.server.protocol import tokens
from authwright.testing import FakeIdP
from authwright.types import Account, User
from support.apps import SECRET, make_auth
from support.browser import Browser
from support.provider import corp, sign_in, to_provider

SESSION = "next-auth.session-token"


class SerialAdapter(MemoryAdapter):
    """A store with serial ids, like many databases."""

    def __init__(self) -> None:
        super().__init__()
        self._ids = count(1)

    def _add_user(self, user: User) -> User:
        added = replace(user, id=str(next(self._ids)))
        self._users[added.id] = added
        return replace(added)


def app_with_password(idp: FakeIdP, **options: Any) -> Auth:
    """Return an app in which Alice, who signs in by password, has the id "1", like the adapter's first user."""

    def authorize(credentials: Mapping[str, str]) -> dict[str, str]:
        return {"id": "1", "name": "Alice", "email": "alice@app.example"}

    providers = [Credentials(authorize=authorize, fields={"username": {}}), corp(idp)]
    return make_auth(providers=providers, adapter=SerialAdapter(), strategy="jwt", **options)


async def bob_in_browser(auth: Auth, idp: FakeIdP) -> Browser:
    """Return a browser in which Bob, the adapter's user "1", has signed in through "corp"."""
    browser = Browser(auth)
    await sign_in(browser, idp, "bob")
    return browser


async def alice_in_browser(auth: Auth) -> Browser:
    browser = Browser(auth)
    await browser.sign_in(username="alice")
    return browser


async def test_only_the_user_in_the_adapter_gets_the_account_token(idp: FakeIdP) -> None:
    auth = app_with_password(idp)
    bob, alice = await bob_in_browser(auth, idp), await alice_in_browser(auth)
    assert (await auth.get_token(bob.cookies) or {})["sub"] == (await auth.get_token(alice.cookies) or {})["sub"]
    assert await auth.tokens.get(bob.cookies, "corp")
    with pytest.raises(TokenRefreshError, match="no session of a user in the adapter"):
        await auth.tokens.get(alice.cookies, "corp")


async def test_only_the_user_in_the_adapter_has_accounts(idp: FakeIdP) -> None:
    auth = app_with_password(idp)
    bob, alice = await bob_in_browser(auth, idp), await alice_in_browser(auth)
    assert [one.provider for one in await auth.list_accounts(bob.cookies)] == ["corp"]
    assert await auth.list_accounts(alice.cookies) == []
    assert not await auth.unlink_account(alice.cookies, "corp", "bob")


async def test_a_user_outside_the_adapter_links_no_account_to_a_user_in_it(idp: FakeIdP) -> None:
    auth = app_with_password(idp)
    await bob_in_browser(auth, idp)
    assert "SessionRequired" in await to_provider(await alice_in_browser(auth), link="true")
    assert len(await auth.list_accounts("1")) == 1


async def test_linking_while_signed_in_as_in_v4_never_merges_two_users(idp: FakeIdP) -> None:
    auth = app_with_password(idp, link_while_signed_in=True)
    await bob_in_browser(auth, idp)
    await sign_in(await alice_in_browser(auth), idp, "alice")
    assert len(await auth.list_accounts("1")) == 1


async def test_a_federated_sign_out_sends_no_id_token_of_another_user(idp: FakeIdP) -> None:
    auth = app_with_password(idp)
    await bob_in_browser(auth, idp)
    alice = await alice_in_browser(auth)
    response = await alice.sign_in("/signout", federated="true")
    assert b"id_token_hint" not in response.body


@pytest.mark.parametrize("credentials", [True, False])
async def test_a_token_from_node_names_a_user_in_the_adapter_only_without_credentials(
    idp: FakeIdP, credentials: bool
) -> None:
    auth = (
        app_with_password(idp)
        if credentials
        else make_auth(providers=[corp(idp)], adapter=SerialAdapter(), strategy="jwt")
    )
    bob = await bob_in_browser(auth, idp)
    claims = await auth.get_token(bob.cookies)
    assert claims
    del claims["authwright"]
    cookies = {SESSION: encoded(claims)}
    assert len(await auth.list_accounts(cookies)) == (0 if credentials else 1)


def encoded(claims: Mapping[str, Any]) -> str:
    return tokens.encode(claims, SECRET, max_age=3600, now=time.time(), random=urandom)


@pytest.mark.parametrize("at", ["sign-in", "renewal"])
async def test_a_sub_set_by_the_jwt_callback_names_no_user_in_the_adapter(idp: FakeIdP, at: str) -> None:
    def jwt(token: dict[str, Any], user: User | None = None) -> dict[str, Any]:
        return {**token, "sub": "1"} if (user is not None) == (at == "sign-in") else token

    auth = make_auth(providers=[corp(idp)], adapter=SerialAdapter(), strategy="jwt", callbacks=Callbacks(jwt=jwt))
    await auth.adapter.create_user(User(id="", name="Carol"))
    await auth.adapter.link_account(Account(provider="x", type="oauth", provider_account_id="c", user_id="1"))
    bob = await bob_in_browser(auth, idp)
    await bob.session()
    assert await auth.list_accounts(bob.cookies) == []


async def test_a_callback_that_removes_our_claim_changes_nothing(idp: FakeIdP) -> None:
    auth = app_with_password(idp, callbacks=Callbacks(jwt=lambda token: {"sub": token["sub"], "name": token["name"]}))
    bob, alice = await bob_in_browser(auth, idp), await alice_in_browser(auth)
    await bob.session()
    await alice.session()
    assert len(await auth.list_accounts(bob.cookies)) == 1
    assert await auth.list_accounts(alice.cookies) == []


@pytest.mark.parametrize(("email", "stored"), [("carol@example.com", True), ("alice@app.example", False)])
async def test_sign_in_user_recognises_a_user_in_the_adapter_by_id_and_address(
    idp: FakeIdP, email: str, stored: bool
) -> None:
    auth, response = app_with_password(idp), Response()
    await auth.adapter.create_user(User(id="", name="Carol", email="carol@example.com"))
    await auth.sign_in_user({}, User(id="1", email=email), response)
    value = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
    claims = await auth.get_token({SESSION: value})
    assert claims
    assert (claims["authwright"]["sub"] == "adapter") is stored
