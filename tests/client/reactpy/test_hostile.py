"""Attacks: pages of other sites that open ReactPy's websocket, which accepts any Origin, and manipulated tabs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from authwright import Auth
from client.reactpy.conftest import Open
from client.reactpy.tab import Model, Tab
from support.browser import Browser, body_of

HUGE = "x" * 2_000_000


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Any:
    """Check that no message from a tab is logged as an error."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in errors] == []


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://localhost:3001", "http://localhost"])
async def test_a_websocket_of_another_origin_sees_no_session(
    alice: Browser, open_tab: Open, origin: str | None
) -> None:
    tab = open_tab(origin=origin)
    await tab.shows("loading:-")
    tab.tamper = lambda reply: reply | {"status": 0, "json": None}
    tab.ready()
    await tab.shows("unauthenticated:-")
    assert "Alice" not in "".join(tab.frames)
    assert "alice@example.com" not in "".join(tab.frames)


async def test_a_websocket_of_the_same_origin_sees_the_session(alice: Browser, open_tab: Open) -> None:
    tab = open_tab()
    await tab.shows("authenticated:Alice")
    assert "Alice" in "".join(tab.frames)


async def still(tab: Tab, status: str) -> None:
    """Check that a fetch of the session returns None, and that the tab still shows *status*."""
    tab.press("ask")
    await tab.shows("asked None", "message")
    assert tab.text() == status


@pytest.mark.parametrize(
    "receipt", ["", "forged", "e30..a.b.c", 7, None, [], {"user": {"name": "Root"}}, "x" * 100_000]
)
async def test_a_forged_receipt_gives_no_session(tab: Tab, receipt: object) -> None:
    tab.tamper = lambda reply: reply | {"json": {"receipt": receipt}}
    await still(tab, "unauthenticated:-")
    tab.say({"type": "storage"})
    await still(tab, "unauthenticated:-")


async def test_a_session_without_a_receipt_is_ignored(tab: Tab) -> None:
    root = {"user": {"name": "Root"}, "expires": "2999-01-01T00:00:00.000Z"}
    tab.tamper = lambda reply: reply | {"json": root}
    await still(tab, "unauthenticated:-")


async def test_a_receipt_for_an_earlier_nonce_gives_no_session(tab: Tab) -> None:
    replies: list[Model] = []
    tab.tamper = lambda reply: replies.append(reply) or reply  # type: ignore[func-returns-value]
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")
    old = next(one["json"] for one in replies if "receipt" in (one.get("json") or {}))
    tab.press("sign-out")
    await tab.shows("unauthenticated:-")
    tab.tamper = lambda reply: reply | {"json": old}
    await still(tab, "unauthenticated:-")


async def test_another_users_receipt_gives_no_session(tab: Tab, app: Auth) -> None:
    victim = Browser(app)
    await victim.sign_in(username="alice", password="wonderland")
    stolen = body_of(await victim.get("/session?nonce=0123456789abcdef"))
    tab.tamper = lambda reply: reply | {"json": stolen}
    await still(tab, "unauthenticated:-")


async def test_a_receipt_older_than_half_a_minute_is_refused(
    alice: Browser, open_tab: Open, travel: Callable[[float], None]
) -> None:
    tab = open_tab()
    await tab.shows("authenticated:Alice")
    tab.ready()
    tab.tamper = lambda reply: travel(31) or reply  # type: ignore[func-returns-value]
    # The read fails, so the known session stays until it expires.
    await still(tab, "authenticated:Alice")


NONSENSE = [
    None,
    7,
    "text",
    [],
    {},
    {"type": None},
    {"type": ["ready"]},
    {"type": "done"},
    {"type": "done", "seq": 99},
    {"type": "done", "seq": -1, "status": 200, "json": {}},
    {"type": "done", "seq": True, "status": 200},
    {"type": "done", "seq": {"a": 1}, "status": 200},
    {"type": "ready", "href": "javascript:alert(1)", "online": {}},
    {"type": "ready", "href": HUGE},
    {"type": "online", "value": []},
    {"type": HUGE},
]


@pytest.mark.parametrize("message", NONSENSE, ids=lambda message: str(message)[:40])
async def test_invalid_messages_break_nothing(tab: Tab, message: object) -> None:
    tab.say(message)
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")


@pytest.mark.parametrize(
    "data",
    [[], [1], ["a", "b"], [{}, {}], [None, None], ["ID"], ["ID", 1], ["ID", "{"], ["ID", "[" * 100_000], ["ID", HUGE],
     ["ID", "{}", "{}"], ["ID", {"type": "ready"}], [["ID"], "{}"], ["ID", "1" * 10_000]],
    ids=lambda data: str(data)[:30],
)  # fmt: skip
async def test_events_of_any_shape_break_nothing(tab: Tab, data: list[object]) -> None:
    [bridge] = tab.bridges()
    known = [bridge["attributes"]["id"] if one == "ID" else one for one in data]
    tab.event(bridge["eventHandlers"]["onMessage"]["target"], known)
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")


@pytest.mark.parametrize("status", [None, "200", [], {}, 1e300, -1, 10**30, True])
async def test_a_response_with_an_invalid_status_counts_as_a_failed_request(tab: Tab, status: object) -> None:
    tab.tamper = lambda reply: reply | {"status": status, "json": "x" * 100_000}
    await still(tab, "unauthenticated:-")
    tab.press("sign-in")
    await tab.shows("FetchError", "message")


async def test_a_message_for_an_earlier_bridge_is_dropped(tab: Tab) -> None:
    [bridge] = tab.bridges()
    before = bridge | {"attributes": {"id": "0123456789abcdef"}}
    tab.tamper = lambda reply: tab.say({"type": "done", "seq": reply["seq"], "status": 0}, before) or reply  # type: ignore[func-returns-value]
    tab.press("sign-in")
    await tab.shows("authenticated:Alice")


async def test_messages_before_the_tab_is_ready_cause_no_requests(open_tab: Open) -> None:
    tab = open_tab()
    await tab.shows("unauthenticated:-")
    for _ in range(200):
        tab.say({"type": "storage"})
    tab.ready()
    tab.press("ask")
    await tab.shows("asked None", "message")
    assert len(tab.fetched()) == 1
