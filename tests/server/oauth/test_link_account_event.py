"""The event ``link_account``: what the app learns about an account that was stored."""

from __future__ import annotations

from typing import Any

import pytest

from authwright import Events
from authwright.adapters.memory import MemoryAdapter
from authwright.testing import FakeIdP
from support.apps import make_auth
from support.browser import Browser
from support.provider import MakeApp, corp, sign_in


@pytest.fixture
def seen() -> list[tuple[Any, Any, Any]]:
    return []


@pytest.fixture
def events(seen: list[tuple[Any, Any, Any]]) -> Events:
    return Events(link_account=lambda user, account, profile: seen.append((user, account, profile)))


@pytest.mark.parametrize("strategy", ["jwt", "database"])
async def test_a_first_sign_in_reports_the_account_with_its_user_and_the_claims(
    make_app: MakeApp, idp: FakeIdP, events: Events, seen: list[tuple[Any, Any, Any]], strategy: str
) -> None:
    app = make_app(adapter=MemoryAdapter(), strategy=strategy, events=events)
    for _ in range(2):
        await sign_in(Browser(app), idp)
    ((user, account, profile),) = seen
    assert (account.provider_account_id, account.user_id, bool(user.id)) == ("alice", user.id, True)
    assert (profile["sub"], profile["email"]) == ("alice", "alice@example.com")


async def test_an_account_that_a_signed_in_user_links_is_reported_with_that_user(
    idp: FakeIdP, events: Events, seen: list[tuple[Any, Any, Any]]
) -> None:
    providers = [corp(idp), corp(idp, id="other")]
    app = make_auth(providers=providers, adapter=MemoryAdapter(), events=events)
    browser = Browser(app)
    await sign_in(browser, idp, "bob", provider="other")
    await sign_in(browser, idp, "alice", link="true")
    bob = seen[0][0]
    user, account, profile = seen[1]
    assert (user.id, account.user_id, account.provider) == (bob.id, bob.id, "corp")
    assert profile["sub"] == "alice"


async def test_an_account_that_is_linked_by_its_address_is_reported_with_its_user(
    idp: FakeIdP, events: Events, seen: list[tuple[Any, Any, Any]]
) -> None:
    trusting = corp(idp, id="other", allow_dangerous_email_account_linking=True)
    app = make_auth(providers=[corp(idp), trusting], adapter=MemoryAdapter(), events=events)
    for provider in ("corp", "other"):
        await sign_in(Browser(app), idp, provider=provider)
    assert [(account.provider, account.user_id) for _, account, _ in seen] == [
        ("corp", seen[0][0].id),
        ("other", seen[0][0].id),
    ]
    assert all(profile["sub"] == "alice" for _, _, profile in seen)


async def test_a_credentials_account_is_reported_with_its_user_and_without_claims(
    events: Events, seen: list[tuple[Any, Any, Any]]
) -> None:
    app = make_auth(strategy="database", events=events)
    await Browser(app).sign_in("/callback/credentials", username="alice", password="wonderland")
    ((user, account, profile),) = seen
    assert (account.user_id, profile) == (user.id, None)
