"""signOut()."""

from __future__ import annotations

import pytest

from contract.browser.app import App

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


async def test_a_sign_out_without_redirect_stays_on_the_page(alice: App) -> None:
    result = await alice.call("signOut", {"redirect": False, "callbackUrl": "/bye"})
    assert result == {"url": alice.url("/bye")}
    await alice.shows("unauthenticated")
    assert alice.where == "/"


async def test_a_sign_out_removes_the_session_cookie(alice: App) -> None:
    await alice.call("signOut", {"redirect": False})
    names = {cookie["name"] for cookie in await alice.page.context.cookies()}
    # authwright marks the session that ended, which Node does not.
    assert names - {"next-auth.signed-out"} == {"next-auth.csrf-token", "next-auth.callback-url"}
    assert await alice.call("getSession") is None


async def test_a_sign_out_leads_to_the_callback_url(alice: App) -> None:
    assert await alice.leave("signOut", {"callbackUrl": "/bye?for=now"}) == "/bye?for=now"
    await alice.shows("unauthenticated")


async def test_a_sign_out_returns_to_the_page_by_default(alice: App) -> None:
    assert await alice.leave("signOut") == "/"
    await alice.shows("unauthenticated")


async def test_a_foreign_callback_url_leads_to_the_origin(alice: App) -> None:
    assert await alice.leave("signOut", {"callbackUrl": "https://evil.example/"}) == "/"


async def test_signing_out_an_anonymous_visitor_returns_the_callback_url(app: App) -> None:
    await app.open("/shop")
    assert await app.call("signOut", {"redirect": False}) == {"url": app.url("/shop")}


async def test_a_user_can_sign_in_again_after_a_sign_out(alice: App) -> None:
    await alice.call("signOut", {"redirect": False})
    await alice.shows("unauthenticated")
    await alice.sign_in()
