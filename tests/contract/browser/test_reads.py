"""getSession, getCsrfToken and getProviders, with and without a server."""

from __future__ import annotations

import pytest

from contract.browser.app import App
from contract.browser.servers import one_strategy

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session"), one_strategy]


async def test_get_session_returns_the_session(alice: App) -> None:
    session = await alice.call("getSession")
    assert session["user"]["name"]
    assert session["user"]["email"] == "alice@example.com"


async def test_get_session_of_an_anonymous_visitor_is_null(app: App) -> None:
    await app.open()
    assert await app.call("getSession") is None


async def test_get_csrf_token_always_returns_the_same_64_hexadecimal_digits(app: App) -> None:
    await app.open()
    token = await app.call("getCsrfToken")
    assert len(bytes.fromhex(token)) == 32
    assert await app.call("getCsrfToken") == token


async def test_get_providers_lists_all_providers(app: App) -> None:
    await app.open()
    providers = await app.call("getProviders")
    assert list(providers) == ["credentials", "email", "corp", "posting"]
    assert providers["email"] == {
        "id": "email",
        "name": "Email",
        "type": "email",
        "signinUrl": app.url("/api/auth/signin/email"),
        "callbackUrl": app.url("/api/auth/callback/email"),
    }
    assert (providers["credentials"]["name"], providers["credentials"]["type"]) == ("Password", "credentials")


@pytest.mark.parametrize("function", ["getSession", "getCsrfToken", "getProviders"])
async def test_a_read_without_a_server_returns_null(alice: App, function: str) -> None:
    await alice.lose_server()
    assert await alice.call(function) is None


async def test_sign_in_without_a_server_goes_to_the_error_page(app: App) -> None:
    await app.open()
    await app.lose_server()
    async with app.page.expect_request("**/api/auth/error"):
        await app.page.evaluate("() => { client.signIn('credentials') }")


async def test_the_session_is_still_valid_after_the_server_was_unreachable(alice: App) -> None:
    await alice.lose_server()
    assert await alice.call("getSession") is None
    await alice.page.unroute_all()
    assert (await alice.call("getSession"))["user"]["email"] == "alice@example.com"
