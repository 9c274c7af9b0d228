"""The session in components, over ReactPy's websocket."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from client.reactpy.conftest import Open
from client.reactpy.page import Asking, Status
from client.reactpy.tab import Tab
from support.browser import Browser

Seen = list[str]


async def test_the_first_render_of_a_signed_in_page_has_its_session(alice: Browser, open_tab: Open, seen: Seen) -> None:
    await open_tab().shows("authenticated:Alice")
    assert set(seen) == {"authenticated:Alice"}


async def test_the_first_render_for_an_anonymous_visitor_has_no_session(open_tab: Open, seen: Seen) -> None:
    await open_tab().shows("unauthenticated:-")
    assert set(seen) == {"unauthenticated:-"}


async def test_a_session_that_is_known_is_not_fetched(alice: Browser, open_tab: Open) -> None:
    tab = open_tab()
    await tab.shows("authenticated:Alice")
    tab.ready()
    tab.press("ask")
    await tab.until(lambda: "Alice" in str(tab.text("message")))
    assert tab.fetched() == ["/api/auth/session"]


async def test_a_session_given_by_the_app_is_used(open_tab: Open, seen: Seen) -> None:
    given = {"user": {"name": "Given", "email": None, "image": None}, "expires": "2999-01-01T00:00:00.000Z"}
    await open_tab(session=given).shows("authenticated:Given")
    assert set(seen) == {"authenticated:Given"}


async def test_components_show_a_sign_in_and_a_sign_out(tab: Tab) -> None:
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")
    await tab.shows("ok", "message")
    tab.press("sign-out")
    await tab.shows("unauthenticated:-")
    await tab.shows("{'url': 'http://localhost:3000/bye', 'ok': True, 'status': 200, 'error': None}", "message")


async def test_the_status_is_not_loading_during_a_sign_in(tab: Tab, seen: Seen) -> None:
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")
    assert set(seen) == {"unauthenticated:-", "authenticated:Alice"}


async def test_a_password_is_not_part_of_later_renders(tab: Tab) -> None:
    tab.press("sign-in")
    await tab.shows("ok", "message")
    assert any("wonderland" in frame for frame in tab.frames)
    assert "wonderland" not in tab.frames[-1] + str(list(tab.elements()))


async def test_the_session_is_loading_during_an_update(tab: Tab, seen: Seen) -> None:
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")
    tab.press("update")
    await tab.shows("updated", "message")
    assert "loading:Alice" in seen


async def test_a_message_from_another_tab_updates_the_session(tab: Tab) -> None:
    await tab.browser.sign_in(username="alice", password="wonderland")
    tab.say({"type": "storage"})
    await tab.shows("authenticated:Alice")


async def test_an_expired_session_becomes_unauthenticated(open_tab: Open) -> None:
    end = datetime.now(UTC) + timedelta(seconds=0.3)
    tab = open_tab(session={"user": {"name": "Late"}, "expires": end.isoformat().replace("+00:00", "Z")})
    await tab.shows("authenticated:Late")
    tab.ready()
    await tab.shows("unauthenticated:-")
    assert tab.fetched() == ["/api/auth/session"]


async def test_consumers_share_one_session(open_tab: Open, seen: Seen) -> None:
    tab = open_tab(Status(seen), Asking(required=False))
    await tab.shows("unauthenticated:-", "asking")
    tab.ready()
    tab.press("sign-in")
    await tab.shows("authenticated:Alice", "asking")
    assert tab.fetched().count("/api/auth/session") == 1


async def test_an_event_handler_that_raises_breaks_nothing(tab: Tab, caplog: pytest.LogCaptureFixture) -> None:
    tab.press("fail")
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")
    assert "the app's own" in caplog.text
