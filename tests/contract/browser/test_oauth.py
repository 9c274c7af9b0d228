"""signIn() with an identity provider on another site."""

from __future__ import annotations

from collections.abc import AsyncIterator
from secrets import token_hex
from urllib.parse import parse_qsl, urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, ConsoleMessage

from authwright.testing import FakeUser
from contract.browser.app import App
from contract.browser.servers import EVERY_SERVER, Server

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]

# v4 keeps only one pending sign-in per browser, lets a caller override the parameters that bind the response to the
# request, and does not receive its cookies with a response that another site posts.
ours = pytest.mark.parametrize("server", EVERY_SERVER[1:], indirect=True)


@pytest.fixture
def carol(server: Server) -> FakeUser:
    """A user at the provider, who is new to the app."""
    sub = token_hex(4)
    user = FakeUser(sub=sub, name=f"Carol {sub}", email=f"{sub}@example.com")
    server.idp.users[sub] = user
    return user


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def silence(profile: BrowserContext) -> AsyncIterator[None]:
    """Fail the test if a page reports a script error or a CSP violation."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # Chromium logs a page with status 401 or 403, but that is not an error in the page.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            complaints.append(message.text)

    profile.on("console", listen)
    profile.on("weberror", lambda error: complaints.append(error.error.message))
    yield
    assert complaints == []


def asked(app: App) -> dict[str, str]:
    """Return the parameters of the authorization request to which the browser was sent."""
    assert app.page.url.startswith(f"{app.server.idp.issuer}/authorize?")
    return dict(parse_qsl(urlsplit(app.page.url).query))


async def test_a_sign_in_returns_to_the_page(app: App, carol: FakeUser) -> None:
    await app.open("/shop?item=1")
    await app.leave("signIn", "corp")
    await app.picks(carol.sub)
    await app.shows_name(carol.name)
    assert app.where == "/shop?item=1"
    assert (await app.session())["user"]["email"] == carol.email


async def test_a_sign_in_leads_to_the_callback_url(app: App, carol: FakeUser) -> None:
    await app.open("/shop")
    await app.leave("signIn", "corp", {"callbackUrl": "/protected?from=shop"})
    await app.picks(carol.sub)
    await app.shows("authenticated")
    assert app.where == "/protected?from=shop"


async def test_the_button_of_the_built_in_page_signs_in(app: App, carol: FakeUser) -> None:
    await app.open("/shop")
    await app.leave("signIn")
    await app.page.get_by_role("button", name="Corp").click()
    await app.picks(carol.sub)
    await app.shows_name(carol.name)
    assert app.where == "/shop"


@ours
async def test_the_authorization_response_is_posted_if_the_app_asks_for_it(app: App, carol: FakeUser) -> None:
    await app.open("/shop")
    await app.leave("signIn", "posting")
    await app.picks(carol.sub)
    await app.shows_name(carol.name)
    assert "POST /api/auth/callback/posting" in app.requests
    assert app.where == "/shop"


async def test_authorization_parameters_reach_the_provider(app: App) -> None:
    await app.open()
    await app.leave("signIn", "corp", None, {"prompt": "login", "login_hint": "alice"})
    assert asked(app).items() >= {"prompt": "login", "login_hint": "alice"}.items()


@ours
async def test_a_caller_cannot_override_the_parameters_that_bind_the_response(app: App, carol: FakeUser) -> None:
    forged = dict.fromkeys(["state", "nonce", "code_challenge", "client_id", "redirect_uri", "response_type"], "forged")
    await app.open("/shop")
    await app.leave("signIn", "corp", None, forged)
    assert "forged" not in asked(app).values()
    assert asked(app)["redirect_uri"] == app.url("/api/auth/callback/corp")
    await app.picks(carol.sub)
    await app.shows_name(carol.name)


@ours
async def test_two_tabs_can_sign_in_at_once_and_each_returns_to_its_own_page(app: App, carol: FakeUser) -> None:
    other = await app.another()
    for tab, page in ((app, "/one"), (other, "/two")):
        await tab.open(page)
        await tab.leave("signIn", "corp")
    for tab, page in ((app, "/one"), (other, "/two")):
        await tab.picks(carol.sub)
        await tab.shows_name(carol.name)
        assert tab.where == page


async def test_a_sign_in_and_a_sign_out_reach_the_other_tab(app: App, carol: FakeUser) -> None:
    other = await app.another()
    await other.open("/other")
    await other.shows("unauthenticated")
    await app.open()
    await app.shows("unauthenticated")
    await app.a_second_later()
    await app.leave("signIn", "corp")
    await app.picks(carol.sub)
    await other.shows_name(carol.name)
    await app.call("signOut", {"redirect": False})
    await other.shows("unauthenticated")


async def test_refusing_at_the_provider_shows_an_error_on_the_sign_in_page(app: App) -> None:
    await app.open("/shop")
    await app.leave("signIn", "corp")
    await app.picks("")
    assert app.where.startswith("/api/auth/signin?")
    # The error code of v4.
    assert app.query["error"] == "Callback"
    await app.open("/shop")
    await app.shows("unauthenticated")


async def test_a_user_can_sign_in_after_refusing(app: App, carol: FakeUser) -> None:
    await app.open("/shop")
    await app.leave("signIn", "corp")
    await app.picks("")
    await app.page.get_by_role("button", name="Corp").click()
    await app.picks(carol.sub)
    await app.shows_name(carol.name)
    assert app.where == "/shop"


async def test_an_address_of_another_user_is_refused(app: App, carol: FakeUser) -> None:
    await sign_in_by_link(app, carol.email)
    await app.call("signOut", {"redirect": False})
    await app.leave("signIn", "corp")
    await app.picks(carol.sub)
    assert app.query["error"] == "OAuthAccountNotLinked"
    await app.open()
    await app.shows("unauthenticated")


async def test_a_user_signed_in_by_link_can_link_an_account(app: App, carol: FakeUser) -> None:
    await sign_in_by_link(app, f"mail-{carol.email}")
    await app.leave("signIn", "corp")
    await app.picks(carol.sub)
    await app.call("signOut", {"redirect": False})
    await app.leave("signIn", "corp")
    await app.picks(carol.sub)
    await app.shows("authenticated")
    assert (await app.session())["user"]["email"] == f"mail-{carol.email}"


@pytest.mark.parametrize("server", ["authwright-database"], indirect=True)
@pytest.mark.parametrize("provider", ["corp", "posting"])
async def test_a_user_signed_in_by_password_can_link_an_account(alice: App, carol: FakeUser, provider: str) -> None:
    await alice.leave("signIn", provider)
    await alice.picks(carol.sub)
    await alice.shows("authenticated")
    assert alice.server.adapter is not None
    owner = await alice.server.adapter.get_user_by_account(provider, carol.sub)
    assert owner is not None
    assert owner.email == (await alice.session())["user"]["email"] == "alice@example.com"


async def test_the_session_can_be_updated(app: App, carol: FakeUser) -> None:
    await app.open()
    await app.leave("signIn", "corp")
    await app.picks(carol.sub)
    await app.shows_name(carol.name)
    await app.update({"name": "Caroline"})
    await app.shows_name("Caroline")


async def sign_in_by_link(app: App, address: str) -> None:
    await app.open()
    await app.call("signIn", "email", {"redirect": False, "email": address})
    await app.follow(app.server.mails_to(address)[0])
    await app.shows("authenticated")
