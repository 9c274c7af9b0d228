"""An account is linked only to the user who started the linking flow, with both session strategies."""

from __future__ import annotations

from typing import Any

import pytest

from authwright import Auth, Callbacks
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import ConfigurationError
from authwright.providers import Email, OAuth
from authwright.testing import FakeIdP, Outbox, session_cookies
from authwright.types import User
from support.apps import BASE_URL, ORIGIN, make_auth
from support.browser import Browser, location_of
from support.provider import corp, sign_in, to_provider

NOT_LINKED = f"{BASE_URL}/error?error=OAuthAccountNotLinked"
SITE = "https://site.example"


@pytest.fixture(params=["jwt", "database"])
def strategy(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


async def app_of(idp: FakeIdP, strategy: str, **options: Any) -> tuple[Auth, User, Browser]:
    """Return an app with the provider "corp", its user Bob, and a browser in which Bob is signed in."""
    auth = make_auth(providers=[corp(idp)], adapter=MemoryAdapter(), strategy=strategy, **options)
    bob = await auth.adapter.create_user(User(id="", name="Bob", email="bob@example.com"))
    return auth, bob, await signed_in(auth, bob)


async def signed_in(auth: Auth, user: User) -> Browser:
    browser = Browser(auth)
    browser.cookies |= await session_cookies(auth, user)
    return browser


async def accounts_of(auth: Auth, user: User) -> list[str]:
    """Return the ids of the user's accounts with "corp"."""
    return [one.provider_account_id for one in await auth.list_accounts(user.id) if one.provider == "corp"]


async def test_a_flow_of_another_browser_links_nothing(idp: FakeIdP, strategy: str) -> None:
    auth, bob, mallory = await app_of(idp, strategy)
    alice_user = await auth.adapter.create_user(User(id="", name="Alice", email="alice@example.com"))
    alice = await signed_in(auth, alice_user)
    callback = idp.sign_in(await to_provider(mallory, link="true"), "bob")
    # A sibling subdomain can set cookies for the whole domain on http, and on https those with a __Secure- name.
    alice.cookies |= {name: value for name, value in mallory.cookies.items() if "session" not in name}
    assert location_of(await alice.get(callback)) == NOT_LINKED
    assert await accounts_of(auth, alice_user) == await accounts_of(auth, bob) == []


async def test_on_https_a_sibling_subdomain_cannot_set_a_check_cookie(idp: FakeIdP) -> None:
    auth = make_auth(providers=[corp(idp)], base_url=SITE)
    browser = Browser(auth)
    callback = idp.sign_in(await to_provider(browser), "alice")
    secure = {name.replace("__Host-", "__Secure-"): value for name, value in browser.cookies.items()}
    browser.cookies = secure
    assert location_of(await browser.get(callback)) == f"{SITE}/api/auth/error?error=OAuthCallback"


async def test_a_planted_session_gets_no_account(idp: FakeIdP, strategy: str) -> None:
    auth, mallory, alice = await app_of(idp, strategy)
    assert await sign_in(alice, idp, "alice") == ORIGIN
    assert (await alice.session())["user"]["name"] == "Alice Liddell"
    assert await accounts_of(auth, mallory) == []


async def test_an_account_is_linked_while_signed_in_as_in_v4_if_the_option_is_set(idp: FakeIdP, strategy: str) -> None:
    auth, bob, browser = await app_of(idp, strategy, link_while_signed_in=True)
    assert await sign_in(browser, idp) == ORIGIN
    assert await accounts_of(auth, bob) == ["alice"]


@pytest.mark.parametrize("link_while_signed_in", [False, True])
async def test_a_flow_that_finishes_after_a_sign_in_in_another_tab_links_nothing(
    idp: FakeIdP, strategy: str, link_while_signed_in: bool
) -> None:
    auth, bob, tab = await app_of(idp, strategy, link_while_signed_in=link_while_signed_in)
    browser = Browser(auth)
    callback = idp.sign_in(await to_provider(browser), "alice")
    browser.cookies |= {name: value for name, value in tab.cookies.items() if "session" in name}
    assert location_of(await browser.get(callback)) == ORIGIN
    assert (await browser.session())["user"]["name"] == "Alice Liddell"
    assert await accounts_of(auth, bob) == []


@pytest.mark.parametrize("at_the_end", ["signed out", "another user"])
async def test_a_linking_flow_needs_the_session_of_its_user_at_the_end(
    idp: FakeIdP, strategy: str, at_the_end: str
) -> None:
    auth, bob, browser = await app_of(idp, strategy)
    other = await auth.adapter.create_user(User(id="", name="Carol", email="carol@example.com"))
    callback = idp.sign_in(await to_provider(browser, link="true"), "alice")
    if at_the_end == "signed out":
        await browser.sign_out()
    else:
        browser.cookies |= await session_cookies(auth, other)
    assert location_of(await browser.get(callback)) == NOT_LINKED
    assert await accounts_of(auth, bob) == await accounts_of(auth, other) == []
    assert await auth.adapter.get_user_by_account("corp", "alice") is None


async def test_linking_without_a_session_redirects_to_the_sign_in_page(idp: FakeIdP, strategy: str) -> None:
    auth, _, _ = await app_of(idp, strategy)
    assert await to_provider(Browser(auth), link="true") == f"{BASE_URL}/signin?error=SessionRequired"


async def test_linking_without_an_adapter_is_a_configuration_error(idp: FakeIdP) -> None:
    auth = make_auth(providers=[corp(idp)])
    assert await to_provider(Browser(auth), link="true") == f"{BASE_URL}/error?error=Configuration"


@pytest.mark.parametrize("checks", [(), ("nonce",)])
async def test_a_provider_whose_callback_is_not_bound_to_a_browser_links_nothing(
    idp: FakeIdP, checks: tuple[str, ...]
) -> None:
    places = {name: f"https://p.example/{name}" for name in ("authorization", "token", "userinfo")}
    client = {"client_id": "id", "client_secret": "secret"}
    plain = OAuth(id="plain", name="Plain", **places, **client, profile=dict, checks=checks)
    with pytest.raises(ConfigurationError, match="link_while_signed_in"):
        make_auth(providers=[plain], adapter=MemoryAdapter(), link_while_signed_in=True)
    auth = make_auth(providers=[plain], adapter=MemoryAdapter())
    browser = await signed_in(auth, await auth.adapter.create_user(User(id="", name="Bob")))
    assert await to_provider(browser, provider="plain", link="true") == f"{BASE_URL}/error?error=Configuration"


async def test_only_an_oauth_provider_can_link_an_account(outbox: Outbox) -> None:
    browser = Browser(make_auth(providers=[Email(send=outbox.send)], adapter=MemoryAdapter()))
    response = await browser.sign_in("/signin/email", email="alice@example.com", link="true")
    assert (response.status, outbox.mails) == (400, [])


async def test_the_sign_in_callback_receives_the_user_to_whom_the_account_will_be_linked(
    idp: FakeIdP, strategy: str
) -> None:
    seen: list[User] = []
    _, bob, browser = await app_of(idp, strategy, callbacks=Callbacks(sign_in=lambda user: not seen.append(user)))
    await sign_in(browser, idp, link="true")
    assert seen == [bob]


async def test_the_sign_in_callback_receives_the_user_found_by_a_trusted_address(idp: FakeIdP) -> None:
    seen: list[User] = []
    provider = corp(idp, allow_dangerous_email_account_linking=True)
    auth = make_auth(
        providers=[provider], adapter=MemoryAdapter(), callbacks=Callbacks(sign_in=lambda user: not seen.append(user))
    )
    stored = await auth.adapter.create_user(User(id="", name="Old Alice", email="alice@example.com"))
    assert await sign_in(Browser(auth), idp) == ORIGIN
    assert seen == [stored]
