"""The user that is created from the claims: invalid values, and verified addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from authwright import Callbacks
from authwright.adapters.memory import MemoryAdapter
from authwright.server.oauth.sign_in import user_of
from authwright.testing import FakeIdP, FakeUser
from authwright.types import User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser
from support.provider import answering, corp, sign_in

NOT_LINKED = f"{BASE_URL}/error?error=OAuthAccountNotLinked"


@pytest.mark.parametrize("odd", [7, True, ["x"], {"url": "x"}, "a\0b"], ids=str)
async def test_a_claim_that_is_not_text_or_cannot_be_stored_is_left_out(odd: Any) -> None:
    claims = {"sub": "alice", "name": odd, "email": odd, "picture": odd}
    assert await user_of(corp(FakeIdP()), claims, {}) == User(id="alice")


@pytest.mark.parametrize("sub", ["alice\ud800", "\udfff"])
async def test_an_id_with_an_unpaired_surrogate_is_refused_because_it_would_equal_another(
    idp: FakeIdP, sub: str
) -> None:
    idp.users["a"] = FakeUser(sub=sub, name="A", email="a@example.com")
    browser = Browser(make_auth(providers=[corp(idp)], adapter=MemoryAdapter(), strategy="database"))
    assert await sign_in(browser, idp, "a") == f"{BASE_URL}/error?error=OAuthCallback"


@pytest.mark.parametrize("member", ["name", "picture", "nickname", "address"])
async def test_an_unpaired_surrogate_in_another_claim_is_replaced(idp: FakeIdP, member: str) -> None:
    seen: list[Any] = []
    odd = {member: {"street\udc00": ["\ud800 1"]} if member == "address" else "x\ud800"}
    idp.users["alice"] = FakeUser(sub="alice", name="A", email="alice@example.com", claims=odd)
    callbacks = Callbacks(sign_in=lambda profile: seen.append(profile) or True)
    app = make_auth(providers=[corp(idp)], adapter=MemoryAdapter(), strategy="database", callbacks=callbacks)
    browser = Browser(app)
    assert await sign_in(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["email"] == "alice@example.com"
    assert seen[0][member] in ("x\ufffd", {"street\ufffd": ["\ufffd 1"]})


async def test_an_address_with_an_unpaired_surrogate_is_left_out(idp: FakeIdP) -> None:
    idp.users["alice"] = FakeUser(sub="alice", name="A", email="alice\ud800@example.com")
    browser = Browser(make_auth(providers=[corp(idp)], adapter=MemoryAdapter(), strategy="database"))
    assert await sign_in(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["email"] is None


async def test_a_name_or_an_image_that_cannot_be_stored_is_left_out() -> None:
    provider = corp(FakeIdP(), profile=lambda claims: {"id": "1", "name": "x\ud800", "image": "\0"})
    assert await user_of(provider, {}, {}) == User(id="1")


async def test_an_id_that_cannot_be_stored_is_refused(idp: FakeIdP) -> None:
    idp.users["a\0b"] = FakeUser(sub="a\0b", name="A", email="a@example.com")
    browser = Browser(make_auth(providers=[corp(idp)], adapter=MemoryAdapter(), strategy="database"))
    assert await sign_in(browser, idp, "a\0b") == f"{BASE_URL}/error?error=OAuthCallback"


class Plain(FakeUser):
    """A user whose ID token does not say whether the address is verified."""

    def all_claims(self) -> dict[str, Any]:
        return {"sub": self.sub, "email": self.email}


@pytest.mark.parametrize(("in_userinfo", "end"), [("alice@example.com", ORIGIN), ("mallory@example.com", NOT_LINKED)])
async def test_userinfo_verifies_only_the_address_that_it_contains(idp: FakeIdP, in_userinfo: str, end: str) -> None:
    idp.users["alice"] = Plain(sub="alice", name="A", email="alice@example.com")
    response = httpx2.Response(200, json={"sub": "alice", "email": in_userinfo, "email_verified": True})
    adapter = MemoryAdapter()
    await adapter.create_user(User(id="", email="alice@example.com", email_verified=datetime(2026, 1, 1, tzinfo=UTC)))
    client = answering(idp, "/userinfo", response)
    provider = corp(idp, http_client=client, fetch_userinfo=True, link_verified_emails=True)
    assert await sign_in(Browser(make_auth(providers=[provider], adapter=adapter)), idp) == end
