"""Which user a sign-in through a provider signs in, with both session strategies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from authwright import Auth, Events
from authwright.adapters.memory import MemoryAdapter
from authwright.testing import FakeIdP, FakeUser, session_cookies
from authwright.types import Account, User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser
from support.provider import corp, sign_in

NOT_LINKED = f"{BASE_URL}/error?error=OAuthAccountNotLinked"
ALICE = User(id="", name="Old Alice", email="alice@example.com")
BOB = User(id="", name="Old Bob", email="bob@example.com")
CORP_ALICE = Account(provider="corp", type="oauth", provider_account_id="alice")


@dataclass(frozen=True, kw_only=True)
class Case:
    """The users and accounts before ``alice`` signs in through ``corp``, and the expected result."""

    name: str
    owner: User | None = None
    same_address: User | None = None
    signed_in: User | None = None
    link: str | None = None
    trusted: bool = False
    ends: str = ORIGIN
    session_of: str | None = None
    linked_to: str | None = None
    events_emitted: tuple[str, ...] = ("sign_in",)


CASES = [
    Case(
        name="a new account creates a user",
        session_of="Alice Liddell",
        linked_to="Alice Liddell",
        events_emitted=("create_user", "link_account", "sign_in"),
    ),
    Case(name="a known account signs in its user", owner=BOB, session_of="Old Bob", linked_to="Old Bob"),
    Case(name="an address of another user is refused", same_address=ALICE, ends=NOT_LINKED, events_emitted=()),
    Case(
        name="a trusted provider links the address",
        same_address=ALICE,
        trusted=True,
        session_of="Old Alice",
        linked_to="Old Alice",
        events_emitted=("link_account", "sign_in"),
    ),
    Case(
        name="signed in, a new account creates a user and a new session",
        signed_in=BOB,
        session_of="Alice Liddell",
        linked_to="Alice Liddell",
        events_emitted=("create_user", "link_account", "sign_in"),
    ),
    Case(
        name="signed in, an account of another user signs in that user",
        owner=ALICE,
        signed_in=BOB,
        session_of="Old Alice",
        linked_to="Old Alice",
    ),
    Case(
        name="signed in, an address of another user is refused",
        signed_in=BOB,
        same_address=ALICE,
        ends=NOT_LINKED,
        session_of="Old Bob",
        events_emitted=(),
    ),
    Case(
        name="a linking flow links a new account",
        signed_in=BOB,
        link="true",
        session_of="Old Bob",
        linked_to="Old Bob",
        events_emitted=("link_account", "sign_in"),
    ),
    Case(
        name="a linking flow links a new account with any address",
        signed_in=BOB,
        link="true",
        same_address=ALICE,
        session_of="Old Bob",
        linked_to="Old Bob",
        events_emitted=("link_account", "sign_in"),
    ),
    Case(
        name="a linking flow with an account that is already linked signs in",
        owner=BOB,
        signed_in=BOB,
        link="true",
        session_of="Old Bob",
        linked_to="Old Bob",
    ),
    Case(
        name="a linking flow refuses the account of another user",
        owner=ALICE,
        signed_in=BOB,
        link="true",
        ends=NOT_LINKED,
        session_of="Old Bob",
        linked_to="Old Alice",
        events_emitted=(),
    ),
]


@pytest.mark.parametrize("strategy", ["jwt", "database"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_sign_in_signs_in_and_links_the_expected_user(case: Case, strategy: str, idp: FakeIdP) -> None:
    events_emitted: list[str] = []
    events = Events(
        create_user=lambda user: events_emitted.append("create_user"),
        link_account=lambda user: events_emitted.append("link_account"),
        sign_in=lambda user: events_emitted.append("sign_in"),
    )
    adapter = MemoryAdapter()
    provider = corp(idp, allow_dangerous_email_account_linking=case.trusted)
    auth = make_auth(providers=[provider], adapter=adapter, strategy=strategy, events=events)
    browser = Browser(auth)
    await prepare(case, auth, adapter, browser)
    events_emitted.clear()
    assert await sign_in(browser, idp, **({"link": case.link} if case.link else {})) == case.ends
    session = await browser.session()
    owner = await adapter.get_user_by_account("corp", "alice")
    assert session.get("user", {}).get("name") == case.session_of
    assert (owner.name if owner else None) == case.linked_to
    assert tuple(events_emitted) == case.events_emitted


async def prepare(case: Case, auth: Auth, adapter: MemoryAdapter, browser: Browser) -> None:
    """Create the users of *case*, the account of its owner, and the session of the signed-in user."""
    users: dict[str | None, User] = {}
    for user in (case.owner, case.same_address, case.signed_in):
        if user and user.email not in users:
            users[user.email] = await adapter.create_user(user)
    if case.owner:
        account = Account(**{**account_fields(CORP_ALICE), "user_id": users[case.owner.email].id})
        await adapter.link_account(account)
    if case.signed_in:
        browser.cookies |= await session_cookies(auth, users[case.signed_in.email])


def account_fields(account: Account) -> dict[str, object]:
    return {"provider": account.provider, "type": account.type, "provider_account_id": account.provider_account_id}


async def test_simultaneous_first_sign_ins_create_one_user(idp: FakeIdP) -> None:
    created: list[User] = []
    auth = make_auth(
        providers=[corp(idp)], adapter=MemoryAdapter(), strategy="database", events=Events(create_user=created.append)
    )
    browsers = [Browser(auth) for _ in range(8)]
    await asyncio.gather(*(sign_in(browser, idp) for browser in browsers))
    names = {(await browser.session())["user"]["name"] for browser in browsers}
    assert (len(created), names) == (1, {"Alice Liddell"})


class Failing(MemoryAdapter):
    """A store that can only be read."""

    async def sign_up(self, *_: object) -> User:
        raise ConnectionError("no")


async def test_failing_to_create_the_user_gives_the_error_code_of_v4(idp: FakeIdP) -> None:
    browser = Browser(make_auth(providers=[corp(idp)], adapter=Failing()))
    assert await sign_in(browser, idp) == f"{BASE_URL}/error?error=OAuthCreateAccount"
    assert await browser.session() == {}


async def test_an_address_from_a_provider_is_stored_as_unverified(idp: FakeIdP) -> None:
    adapter = MemoryAdapter()
    await sign_in(Browser(make_auth(providers=[corp(idp)], adapter=adapter)), idp)
    user = await adapter.get_user_by_email("alice@example.com")
    assert user is not None
    assert user.email_verified is None


@pytest.mark.parametrize("email_verified", [False, "false", "no", 0, []])
async def test_an_address_that_the_provider_reports_as_unverified_is_ignored(
    idp: FakeIdP, email_verified: object
) -> None:
    idp.users["alice"] = FakeUser(
        sub="alice", name="A", email="alice@example.com", claims={"email_verified": email_verified}
    )
    adapter = MemoryAdapter()
    browser = Browser(make_auth(providers=[corp(idp)], adapter=adapter, strategy="database"))
    assert await sign_in(browser, idp) == ORIGIN
    assert (await browser.session())["user"]["email"] is None
    assert await adapter.get_user_by_email("alice@example.com") is None
    trusting = Browser(make_auth(providers=[corp(idp, allow_dangerous_email_account_linking=True)], adapter=adapter))
    idp.users["bob"] = FakeUser(sub="bob", name="B", email="bob@example.com", email_verified=False)
    await sign_in(trusting, idp, "bob")
    assert await adapter.get_user_by_email("bob@example.com") is not None


VERIFIED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("verified_here", [VERIFIED, None])
@pytest.mark.parametrize("verified_there", [True, False])
@pytest.mark.parametrize("enabled", [True, False])
async def test_an_address_links_an_account_if_both_sides_have_verified_it_and_the_option_is_set(
    idp: FakeIdP, enabled: bool, verified_there: bool, verified_here: datetime | None
) -> None:
    idp.users["alice"] = FakeUser(sub="alice", name="A", email="alice@example.com", email_verified=verified_there)
    adapter = MemoryAdapter()
    auth = make_auth(providers=[corp(idp, link_verified_emails=enabled)], adapter=adapter, strategy="database")
    alice = await adapter.create_user(replace(ALICE, email_verified=verified_here))
    end = await sign_in(Browser(auth), idp)
    assert end == (ORIGIN if enabled and verified_there and verified_here else NOT_LINKED)
    assert bool(await adapter.list_accounts(alice.id)) == (end == ORIGIN)


async def test_an_address_set_by_the_profile_function_links_nothing(idp: FakeIdP) -> None:
    def profile(claims: dict[str, str]) -> dict[str, str]:
        return {"id": claims["sub"], "email": "bob@example.com"}

    adapter = MemoryAdapter()
    provider = corp(idp, link_verified_emails=True, profile=profile)
    auth = make_auth(providers=[provider], adapter=adapter, strategy="database")
    await adapter.create_user(replace(BOB, email_verified=VERIFIED))
    assert await sign_in(Browser(auth), idp) == NOT_LINKED


@pytest.mark.parametrize("other", ["ALICE", "alice ", "alic\u00e9", "\uff41lice"])
async def test_subjects_are_compared_exactly(idp: FakeIdP, other: str) -> None:
    adapter = MemoryAdapter()
    auth = make_auth(providers=[corp(idp)], adapter=adapter, strategy="database")
    idp.users[other] = FakeUser(sub=other, name="Another user", email="other@example.com")
    for sub in ("alice", other):
        assert await sign_in(Browser(auth), idp, sub) == ORIGIN
    one, two = [await adapter.get_user_by_account("corp", sub) for sub in ("alice", other)]
    assert one
    assert two
    assert one.id != two.id
