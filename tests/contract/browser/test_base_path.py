"""The basePath of SessionProvider: a REST API at another path than /api/auth."""

from __future__ import annotations

import pytest

from contract.browser.app import App
from contract.browser.servers import one_strategy

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session"), one_strategy]

CUSTOM = {"basePath": "/custom/auth"}


async def test_all_requests_go_below_the_base_path(app: App) -> None:
    await app.open(provider=CUSTOM)
    await app.sign_in()
    await app.call("signOut", {"redirect": False})
    await app.shows("unauthenticated")
    assert "POST /custom/auth/signout" in app.requests
    assert not [request for request in app.requests if "/api/auth" in request]


async def test_the_urls_of_the_providers_are_below_the_base_path(app: App) -> None:
    await app.open(provider=CUSTOM)
    providers = await app.call("getProviders")
    assert providers["credentials"]["callbackUrl"] == app.url("/custom/auth/callback/credentials")


async def test_sign_in_goes_to_the_page_below_the_base_path(app: App) -> None:
    await app.open("/shop", provider=CUSTOM)
    await app.leave("signIn")
    assert app.where.startswith("/custom/auth/signin?")
    assert app.query == {"callbackUrl": app.url("/shop")}


async def test_an_e_mail_link_is_below_the_base_path(app: App) -> None:
    await app.open(provider=CUSTOM)
    await app.call("signIn", "email", {"redirect": False, "email": "custom@example.com"})
    link = app.server.mails_to("custom@example.com")[0]
    assert link.startswith(app.url("/custom/auth/callback/email?"))
    await app.follow(link)
    await app.shows("authenticated")
