"""Two tabs of one browser stay in sync."""

from __future__ import annotations

import pytest
import pytest_asyncio

from contract.browser.app import App
from contract.browser.servers import PASSWORD

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def other(app: App) -> App:
    """A second tab, before the sign-in."""
    tab = await app.another()
    await tab.open("/other")
    await tab.shows("unauthenticated")
    return tab


async def test_a_sign_out_shows_in_the_other_tab(app: App, other: App) -> None:
    await app.open()
    await app.sign_in()
    await other.page.reload()
    await other.shows("authenticated")
    await app.call("signOut", {"redirect": False})
    await other.shows("unauthenticated")


async def test_a_sign_out_that_leaves_the_page_shows_in_the_other_tab(app: App, other: App) -> None:
    await app.open()
    await app.sign_in()
    await other.page.reload()
    await other.shows("authenticated")
    await app.leave("signOut", {"callbackUrl": "/bye"})
    await other.shows("unauthenticated")


async def test_a_sign_in_that_leaves_the_page_shows_in_the_other_tab(app: App, other: App) -> None:
    await app.open()
    await app.shows("unauthenticated")
    await app.a_second_later()
    await app.leave("signIn", "credentials", {"username": "alice", "password": PASSWORD})
    await other.shows("authenticated")


async def test_get_session_notifies_the_other_tab(app: App, other: App) -> None:
    await app.open()
    await app.shows("unauthenticated")
    await app.a_second_later()
    async with other.page.expect_request("**/api/auth/session"):
        await app.call("getSession")


async def test_get_session_without_broadcast_does_not_notify_other_tabs(app: App, other: App) -> None:
    await app.open()
    await app.shows("unauthenticated")
    await app.a_second_later()
    before = await other.asked_for_session()
    await app.call("getSession", {"broadcast": False})
    assert await other.asked_for_session() == before
