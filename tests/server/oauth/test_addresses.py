"""The e-mail address in a provider's profile: its form decides neither who signs in nor how far it is trusted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from authwright import Auth, Callbacks
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter
from authwright.providers import Email
from authwright.testing import FakeIdP, FakeUser, Outbox
from authwright.types import User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser
from support.provider import answering, corp, sign_in

NOT_LINKED = f"{BASE_URL}/error?error=OAuthAccountNotLinked"
VERIFIED = datetime(2026, 1, 1, tzinfo=UTC)


def app(idp: FakeIdP, adapter: Adapter, **options: Any) -> Auth:
    return make_auth(providers=[corp(idp, **options)], adapter=adapter, strategy="database")


def give(idp: FakeIdP, email: Any, sub: str = "alice", *, verified: bool = True) -> None:
    idp.users[sub] = FakeUser(sub=sub, name=sub, email=email, email_verified=verified)


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_an_address_in_capitals_is_stored_and_shown_in_lower_case_as_in_v4(idp: FakeIdP, strategy: str) -> None:
    give(idp, "OWNER@EXAMPLE.COM")
    seen: list[User] = []
    callbacks = Callbacks(sign_in=lambda user: not seen.append(user))  # type: ignore[func-returns-value]
    adapter = MemoryAdapter()
    auth = make_auth(providers=[corp(idp)], adapter=adapter, strategy=strategy, callbacks=callbacks)
    browser = Browser(auth)
    assert await sign_in(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["email"] == seen[0].email == "owner@example.com"
    assert await adapter.get_user_by_email("owner@example.com")


async def test_without_an_adapter_the_session_shows_the_normal_form(idp: FakeIdP) -> None:
    give(idp, " Owner@B\u00fccher.Example ")
    browser = Browser(make_auth(providers=[corp(idp)], adapter=None))
    await sign_in(browser, idp)
    assert (await browser.session())["user"]["email"] == "owner@xn--bcher-kva.example"


@pytest.mark.parametrize("email", ["OWNER@EXAMPLE.COM", "owner@example.com ", "owner@ex\uff41mple.com"])
async def test_one_address_in_two_forms_does_not_create_a_second_user(idp: FakeIdP, email: str) -> None:
    adapter = MemoryAdapter()
    await adapter.create_user(User(id="", email="owner@example.com"))
    give(idp, email)
    assert await sign_in(Browser(app(idp, adapter)), idp) == NOT_LINKED


@pytest.mark.parametrize(
    "email", ["", "  ", "owner", "\u212aevin@example.com", '"kevin"@example.com', "a@b@example.com"]
)
async def test_users_with_an_empty_or_invalid_address_sign_in_without_one(idp: FakeIdP, email: str) -> None:
    adapter = MemoryAdapter()
    kevin = await adapter.create_user(User(id="", email="kevin@example.com", email_verified=VERIFIED))
    auth = app(idp, adapter, allow_dangerous_email_account_linking=True)
    for sub in ("first", "second"):
        give(idp, email, sub)
        browser = Browser(auth)
        assert await sign_in(browser, idp, sub) == ORIGIN
        assert (await browser.session())["user"] == {"name": sub, "email": None, "image": None}
    assert await adapter.list_accounts(kevin.id) == []


async def test_an_invalid_address_is_logged_without_the_address(idp: FakeIdP, caplog: pytest.LogCaptureFixture) -> None:
    give(idp, "\u212aevin@example.com")
    await sign_in(Browser(app(idp, MemoryAdapter())), idp)
    assert "[INVALID_EMAIL] The profile of the provider corp" in caplog.text
    assert "evin@" not in caplog.text


CHANGES: list[Callable[[str], str]] = [
    str.lower,
    str.upper,
    str.title,
    str.casefold,
    lambda email: f" {email} ",
    lambda email: unicodedata.normalize("NFKC", email),
    lambda email: unicodedata.normalize("NFD", email),
    lambda email: email.replace("example.com", "EXAMPLE.com"),
    lambda email: email.replace("+x", ""),
    lambda email: f"{email.partition('@')[0]}@xn--bcher-kva.example",
    lambda email: "".join(one for one in unicodedata.normalize("NFKD", email) if one.isascii()),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "claimed",
    [
        "victim@example.com",
        "Victim@Example.com",
        "victim+x@example.com",
        "v\u0456ctim@b\u00fccher.example",
        "v\u00edctim@example.com",
    ],
)
async def test_an_unverified_address_is_not_stored_whatever_the_profile_function_does_to_it(
    idp: FakeIdP, claimed: str, change: Callable[[str], str]
) -> None:
    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": claims["sub"], "email": change(claims["email"])}

    give(idp, claimed, "mallory", verified=False)
    adapter = MemoryAdapter()
    browser = Browser(app(idp, adapter, profile=profile))
    assert await sign_in(browser, idp, "mallory") == ORIGIN
    mallory = await adapter.get_user_by_account("corp", "mallory")
    assert mallory
    assert mallory.email is None


async def test_a_link_never_signs_in_as_the_user_of_an_account_with_an_unverified_address(
    idp: FakeIdP, outbox: Outbox
) -> None:
    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": claims["sub"], "name": "Mallory", "email": claims["email"].lower()}

    give(idp, "Victim@Example.com", "mallory", verified=False)
    providers = [corp(idp, profile=profile), Email(send=outbox.send, confirm=False)]
    auth = make_auth(providers=providers, adapter=MemoryAdapter(), strategy="database")
    await sign_in(Browser(auth), idp, "mallory")
    victim = Browser(auth)
    await victim.sign_in("/signin/email", email="victim@example.com")
    await victim.get(outbox.links[0])
    assert (await victim.session())["user"] == {"name": None, "email": "victim@example.com", "image": None}


async def test_an_address_from_another_claim_is_stored_as_one_that_the_provider_says_nothing_about(
    idp: FakeIdP,
) -> None:
    claims = {"upn": "Alice@Corp.example"}
    idp.users["alice"] = FakeUser(sub="alice", name="A", email="a@example.com", email_verified=False, claims=claims)
    adapter = MemoryAdapter()
    await sign_in(Browser(app(idp, adapter, profile=lambda claims: {"id": "1", "email": claims["upn"]})), idp)
    assert await adapter.get_user_by_email("alice@corp.example")


@pytest.mark.parametrize("change", [str.lower, str.upper, str.strip, lambda email: f" {email}"])
async def test_a_verified_address_links_in_whatever_form_the_profile_function_returns_it(
    idp: FakeIdP, change: Callable[[str], str]
) -> None:
    give(idp, "Alice@Example.com")
    adapter = MemoryAdapter()
    alice = await adapter.create_user(User(id="", email="alice@example.com", email_verified=VERIFIED))

    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": claims["sub"], "email": change(claims["email"])}

    assert await sign_in(Browser(app(idp, adapter, link_verified_emails=True, profile=profile)), idp) == ORIGIN
    assert len(await adapter.list_accounts(alice.id)) == 1


@pytest.mark.parametrize("change", [str.casefold, lambda email: email.replace("\u00df", "ss")])
async def test_a_verified_address_that_the_profile_function_turns_into_another_links_nothing(
    idp: FakeIdP, change: Callable[[str], str]
) -> None:
    give(idp, "stra\u00dfe@example.com")
    adapter = MemoryAdapter()
    await adapter.create_user(User(id="", email="strasse@example.com", email_verified=VERIFIED))

    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": claims["sub"], "email": change(claims["email"])}

    auth = app(idp, adapter, link_verified_emails=True, profile=profile)
    assert await sign_in(Browser(auth), idp) == NOT_LINKED


class Plain(FakeUser):
    """A user whose ID token does not say whether the address is verified."""

    def all_claims(self) -> dict[str, Any]:
        return {"sub": self.sub, "email": self.email}


async def test_userinfo_reports_an_address_as_unverified_in_whatever_form(idp: FakeIdP) -> None:
    idp.users["mallory"] = Plain(sub="mallory", name="M", email="Victim@example.com")
    body = {"sub": "mallory", "email": "victim@Example.com", "email_verified": False}
    client = answering(idp, "/userinfo", httpx2.Response(200, json=body))
    adapter = MemoryAdapter()
    await sign_in(Browser(app(idp, adapter, http_client=client, fetch_userinfo=True)), idp, "mallory")
    mallory = await adapter.get_user_by_account("corp", "mallory")
    assert mallory
    assert mallory.email is None


async def test_an_address_that_an_earlier_version_stored_as_it_was_stays_taken(idp: FakeIdP) -> None:
    adapter = MemoryAdapter()
    await adapter.create_user(User(id="", email="OWNER@Example.com", email_verified=VERIFIED))
    give(idp, "OWNER@Example.com")
    assert await sign_in(Browser(app(idp, adapter)), idp) == NOT_LINKED
    assert await sign_in(Browser(app(idp, adapter, link_verified_emails=True)), idp) == ORIGIN
