"""signIn() without a provider, and with a password."""

from __future__ import annotations

import pytest
from playwright.async_api import Request

from contract.browser.app import App
from contract.browser.servers import PASSWORD

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]

RIGHT = {"username": "alice", "password": PASSWORD}
WRONG = {"username": "alice", "password": "wrong"}


@pytest.mark.parametrize("provider", [[], ["nowhere"]], ids=["no-provider", "unknown-provider"])
async def test_a_missing_or_unknown_provider_leads_to_the_sign_in_page(app: App, provider: list[str]) -> None:
    await app.open("/shop?item=1")
    await app.leave("signIn", *provider)
    assert app.where.startswith("/api/auth/signin?")
    assert app.query == {"callbackUrl": app.url("/shop?item=1")}


async def test_the_right_password_signs_in_without_leaving_the_page(app: App) -> None:
    await app.open("/shop")
    result = await app.call("signIn", "credentials", {"redirect": False, **RIGHT})
    assert result == {"error": None, "status": 200, "ok": True, "url": app.url("/shop")}
    await app.shows("authenticated")
    assert await app.statuses() == ["loading", "unauthenticated", "authenticated"]


async def test_a_wrong_password_returns_the_error_to_the_page(app: App) -> None:
    await app.open()
    result = await app.call("signIn", "credentials", {"redirect": False, **WRONG})
    assert result == {"error": "CredentialsSignin", "status": 401, "ok": False, "url": None}
    await app.shows("unauthenticated")


async def test_the_message_of_a_refusal_is_returned_as_the_error(app: App) -> None:
    await app.open()
    result = await app.call("signIn", "credentials", {"redirect": False, "username": "locked", "password": "any"})
    assert result == {"error": "The account is locked", "status": 401, "ok": False, "url": None}


async def test_the_right_password_leads_to_the_callback_url(app: App) -> None:
    await app.open()
    assert await app.leave("signIn", "credentials", {"callbackUrl": "/home?from=shop", **RIGHT}) == "/home?from=shop"
    await app.shows("authenticated")


async def test_the_right_password_leads_back_to_the_page_by_default(app: App) -> None:
    await app.open("/shop")
    assert await app.leave("signIn", "credentials", RIGHT) == "/shop"
    await app.shows("authenticated")


async def test_a_callback_url_with_a_fragment_is_reloaded(app: App) -> None:
    await app.open("/shop#cart")
    await app.leave("signIn", "credentials", RIGHT)
    await app.shows("authenticated")
    assert app.where == "/shop#cart"


async def test_a_wrong_password_leads_to_the_sign_in_page_with_the_error(app: App) -> None:
    await app.open()
    await app.leave("signIn", "credentials", WRONG)
    assert app.where.startswith("/api/auth/signin?")
    assert app.query["error"] == "CredentialsSignin"


async def test_a_foreign_callback_url_leads_to_the_origin(app: App) -> None:
    await app.open("/shop")
    options = {"redirect": False, "callbackUrl": "https://evil.example/", **RIGHT}
    assert (await app.call("signIn", "credentials", options))["url"].rstrip("/") == app.server.origin


async def test_a_relative_callback_url_is_returned_as_an_absolute_url(app: App) -> None:
    await app.open("/shop")
    result = await app.call("signIn", "credentials", {"redirect": False, "callbackUrl": "/home", **RIGHT})
    assert result["url"] == app.url("/home")


async def test_authorization_parameters_are_sent_in_the_query(app: App) -> None:
    await app.open()

    def posted(request: Request) -> bool:
        return request.url == app.url("/api/auth/callback/credentials?login_hint=alice%40example.com")

    async with app.page.expect_request(posted):
        hint = {"login_hint": "alice@example.com"}
        result = await app.call("signIn", "credentials", {"redirect": False, **RIGHT}, hint)
    assert result["ok"]


async def test_the_session_cookie_is_invisible_to_the_page(alice: App) -> None:
    assert await alice.page.evaluate("document.cookie") == ""
