"""SessionProvider and useSession: the session on a page."""

from __future__ import annotations

import pytest

from contract.browser.app import App
from contract.browser.servers import PASSWORD

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]

SESSION = {
    "user": {"name": "Given", "email": "given@example.com", "image": None},
    "expires": "2099-01-01T00:00:00.000Z",
}


async def test_a_session_is_loading_then_authenticated(alice: App) -> None:
    await alice.page.reload()
    await alice.shows("authenticated")
    assert await alice.statuses() == ["loading", "authenticated"]


async def test_an_anonymous_visitor_is_loading_then_unauthenticated(app: App) -> None:
    await app.open()
    await app.shows("unauthenticated")
    assert await app.statuses() == ["loading", "unauthenticated"]
    assert await app.session() is None


async def test_a_session_shows_its_user_and_when_it_expires(alice: App) -> None:
    session = await alice.session()
    assert session["user"]["name"] == "Alice"
    assert session["user"]["email"] == "alice@example.com"
    assert await alice.page.evaluate("(expires) => new Date(expires).toISOString() === expires", session["expires"])


async def test_a_given_session_needs_no_request(app: App) -> None:
    await app.open(provider={"session": SESSION})
    assert await app.asked_for_session() == 0
    assert await app.statuses() == ["authenticated"]
    assert await app.session() == SESSION


async def test_a_session_given_as_null_needs_no_request(app: App) -> None:
    await app.open(provider={"session": None})
    assert await app.asked_for_session() == 0
    assert await app.statuses() == ["unauthenticated"]


async def test_a_required_session_that_exists_is_shown(alice: App) -> None:
    members = await alice.another()
    await members.open("/members", use={"required": True})
    await members.shows("authenticated")


async def test_a_required_session_leads_to_the_sign_in_page(app: App) -> None:
    await app.open("/members", use={"required": True})
    await app.page.wait_for_url("**/api/auth/signin?*")
    assert app.query == {"error": "SessionRequired", "callbackUrl": app.url("/members")}


async def test_a_page_that_requires_a_session_returns_after_sign_in(app: App) -> None:
    await app.open("/members", use={"required": True})
    form = app.page.locator("form[action$='/callback/credentials']")
    await form.locator("[name=username]").fill("alice")
    await form.locator("[name=password]").fill(PASSWORD)
    await form.locator("[type=submit]").click()
    await app.page.wait_for_url(app.url("/members"))
    await app.shows("authenticated")


async def test_on_unauthenticated_is_called_once_instead_of_the_sign_in_page(app: App) -> None:
    await app.open("/members", use={"required": True, "onUnauthenticated": True})
    await app.page.wait_for_function("unauthenticated === 1")
    assert await app.statuses() == ["loading"]
    assert app.where == "/members"
