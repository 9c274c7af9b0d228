"""signIn("email") sends a link by e-mail."""

from __future__ import annotations

import pytest

from contract.browser.app import App

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]

SENT = "/api/auth/verify-request?provider=email&type=email"


async def test_a_link_can_be_sent_without_leaving_the_page(app: App) -> None:
    await app.open()
    result = await app.call("signIn", "email", {"redirect": False, "email": "stays@example.com"})
    assert result == {"error": None, "status": 200, "ok": True, "url": app.url(SENT)}
    assert len(app.server.mails_to("stays@example.com")) == 1
    await app.shows("unauthenticated")


async def test_sending_a_link_leads_to_the_verify_request_page(app: App) -> None:
    await app.open()
    assert await app.leave("signIn", "email", {"email": "told@example.com"}) == SENT


async def test_the_link_signs_in_and_leads_to_the_callback_url(app: App) -> None:
    await app.open()
    options = {"redirect": False, "email": "new@example.com", "callbackUrl": "/welcome"}
    await app.call("signIn", "email", options)
    await app.follow(app.server.mails_to("new@example.com")[0])
    await app.shows("authenticated")
    assert app.where == "/welcome"
    assert (await app.session())["user"]["email"] == "new@example.com"


async def test_a_link_signs_in_only_once(app: App) -> None:
    await app.open()
    await app.call("signIn", "email", {"redirect": False, "email": "once@example.com"})
    link = app.server.mails_to("once@example.com")[0]
    await app.follow(link)
    await app.follow(link)
    assert app.where.startswith("/api/auth/error?")
    assert app.query["error"] == "Verification"


async def test_the_address_is_compared_without_case(app: App) -> None:
    await app.open()
    await app.call("signIn", "email", {"redirect": False, "email": " Mixed.Case@Example.COM "})
    assert len(app.server.mails_to("mixed.case@example.com")) == 1


async def test_an_invalid_address_returns_the_error_to_the_page(app: App) -> None:
    await app.open()
    result = await app.call("signIn", "email", {"redirect": False, "email": "a@b@example.com"})
    assert (result["error"], result["url"]) == ("EmailSignin", None)


async def test_an_invalid_address_leads_to_the_sign_in_page_with_the_error(app: App) -> None:
    await app.open()
    await app.leave("signIn", "email", {"email": "a@b@example.com"})
    assert app.where.startswith("/api/auth/signin?")
    assert app.query["error"] == "EmailSignin"
