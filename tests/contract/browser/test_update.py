"""update() of useSession."""

from __future__ import annotations

import pytest
import pytest_asyncio

from contract.browser.app import App

pytestmark = [pytest.mark.contract, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def bob(app: App) -> App:
    """A tab in which Bob is signed in. No other test uses his name, so these tests may change it."""
    await app.open()
    await app.sign_in("bob")
    return app


async def test_update_with_data_returns_and_shows_the_new_session(bob: App) -> None:
    session = await bob.update({"name": "Bob Liddell"})
    assert session["user"]["name"] == "Bob Liddell"
    await bob.shows_name("Bob Liddell")


async def test_an_update_survives_a_reload(bob: App) -> None:
    await bob.update({"name": "Bob the Second"})
    await bob.page.reload()
    await bob.shows_name("Bob the Second")


async def test_an_update_is_posted_while_the_status_is_loading(bob: App) -> None:
    await bob.update({"name": "Bob"})
    await bob.shows("authenticated")
    assert (await bob.statuses())[-2:] == ["loading", "authenticated"]
    assert "POST /api/auth/session" in bob.requests


async def test_update_without_data_fetches_the_session_again(bob: App) -> None:
    session = await bob.update()
    assert session["user"]["email"] == "bob@example.com"


async def test_an_update_by_an_anonymous_visitor_sends_no_request(app: App) -> None:
    await app.open()
    await app.shows("unauthenticated")
    assert await app.update({"name": "Mallory"}) is None
    assert "POST /api/auth/session" not in app.requests


async def test_an_update_shows_in_the_other_tab(bob: App) -> None:
    other = await bob.another()
    await other.open()
    await other.shows("authenticated")
    await other.a_second_later()
    await bob.update({"name": "Bob Elsewhere"})
    await other.shows_name("Bob Elsewhere")
