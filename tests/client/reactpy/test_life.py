"""The life cycle of a provider: nested, missing or removed providers, and broken connections."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from reactpy import component, html, use_state
from reactpy.config import REACTPY_WEB_MODULES_DIR

from authwright import Auth
from authwright.client.reactpy import PageGuard, SessionProvider, use_auth
from authwright.client.reactpy.page import ReactPyPage
from client.reactpy.conftest import Open, timers_of_providers
from client.reactpy.page import Asking, Status
from support.browser import Browser


@pytest.mark.parametrize("name", ["use_session", "use_auth", "PageGuard"])
async def test_the_error_outside_a_provider_names_the_function(
    open_tab: Open, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    @component
    def App() -> Any:  # noqa: N802
        if name == "use_auth":
            use_auth()
        return PageGuard("secret") if name == "PageGuard" else Asking()

    tab = open_tab(root=App)
    await tab.until(lambda: tab.frames)
    assert f"{name} needs a SessionProvider around it" in caplog.text
    assert "secret" not in "".join(tab.frames)


async def test_a_rendering_error_does_not_log_the_session(open_tab: Open, caplog: pytest.LogCaptureFixture) -> None:
    tab = open_tab(session="hush")
    await tab.until(lambda: tab.frames)
    assert "Failed to render" in caplog.text
    assert "hush" not in caplog.text


async def test_a_nested_provider_has_its_own_bridge(app: Auth, open_tab: Open, seen: list[str]) -> None:
    tab = open_tab(SessionProvider(Status(seen), auth=app, session=None))
    await tab.shows("unauthenticated:-")
    assert len({bridge["attributes"]["id"] for bridge in tab.bridges()}) == 2


async def test_a_reconnected_tab_gets_a_new_bridge(alice: Browser, open_tab: Open) -> None:
    first = open_tab()
    await first.shows("authenticated:Alice")
    await first.close()
    second = open_tab()
    await second.shows("authenticated:Alice")
    assert first.bridges()[0]["attributes"]["id"] != second.bridges()[0]["attributes"]["id"]


def switched(app: Auth, *children: Any, **options: Any) -> Callable[[], Any]:
    """Return a page with a button that removes the provider."""

    @component
    def App() -> Any:  # noqa: N802
        shown, show = use_state(True)
        button = html.button({"id": "switch", "onClick": lambda _: show(not shown)})
        return html.div(button, SessionProvider(*children, auth=app, **options) if shown else "gone")

    return App


async def test_a_removed_provider_leaves_no_timer(app: Auth, alice: Browser, open_tab: Open, seen: list[str]) -> None:
    tab = open_tab(root=switched(app, Status(seen), refetch_interval=30))
    await tab.shows("authenticated:Alice")
    tab.ready()
    assert timers_of_providers() != []
    tab.press("switch")
    await tab.until(lambda: tab.text() is None)
    assert timers_of_providers() == []


async def test_a_pending_sign_in_fails_when_its_provider_is_removed(app: Auth, open_tab: Open) -> None:
    results: list[Any] = []

    @component
    def Waiting() -> Any:  # noqa: N802
        auth = use_auth()

        async def sign_in(_: Any) -> None:
            results.append(await auth.sign_in("credentials", redirect=False))

        return html.button({"id": "status", "onClick": sign_in})

    tab = open_tab(root=switched(app, Waiting()))
    await tab.shows("")
    tab.tamper = lambda reply: None
    tab.ready()
    tab.press("status")
    await tab.until(tab.fetched)
    tab.press("switch")
    await tab.until(lambda: tab.text() is None)
    assert [(result.error, result.status) for result in results] == [("FetchError", 0)]


async def test_a_pending_update_leaves_no_timer_when_its_provider_is_removed(
    app: Auth, alice: Browser, open_tab: Open, seen: list[str]
) -> None:
    tab = open_tab(root=switched(app, Status(seen)))
    await tab.shows("authenticated:Alice")
    tab.tamper = lambda reply: None
    tab.ready()
    tab.press("update")
    await tab.shows("loading:Alice")
    tab.press("switch")
    await tab.until(lambda: tab.text() is None)
    assert timers_of_providers() == []


async def test_a_removed_component_no_longer_requires_a_session(app: Auth, alice: Browser, open_tab: Open) -> None:
    calls: list[int] = []

    @component
    def Root() -> Any:  # noqa: N802
        shown, show = use_state(True)
        button = html.button({"id": "switch", "onClick": lambda _: show(False)})
        return html.div(button, Status([]), Asking(on_unauthenticated=lambda: calls.append(1)) if shown else None)

    tab = open_tab(Root())
    await tab.shows("authenticated:Alice", "asking")
    tab.ready()
    tab.press("switch")
    await tab.until(lambda: tab.text("asking") is None)
    tab.press("sign-out")
    await tab.shows("unauthenticated:-")
    assert calls == []


def test_a_render_that_is_sent_late_contains_the_newest_commands(app: Auth) -> None:
    """ReactPy may send an older render after a newer one."""
    page = ReactPyPage(app, "/api/auth")
    drawn = page.commands
    page.bridge.navigate("/first")
    page.bridge.navigate("/second")
    assert [command["url"] for command in drawn] == ["/first", "/second"]


async def test_a_tab_that_violates_reactpys_protocol_leaves_nothing_running(alice: Browser, open_tab: Open) -> None:
    """Timers end while the socket is still open. The fixture checks that no task is left."""
    tab = open_tab(refetch_interval=30)
    await tab.shows("authenticated:Alice")
    assert timers_of_providers() != []
    tab.raw('{"type": "layout-event"}')
    async with asyncio.timeout(5):
        while timers_of_providers():  # noqa: ASYNC110 - the event loop has no event for a cancelled timer
            await asyncio.sleep(0.01)


async def test_a_tab_that_closes_while_the_session_is_read_leaves_nothing_running(
    app: Auth, open_tab: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forever(scope: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(app, "get_server_session", forever)
    tab = open_tab()
    await tab.until(tab.bridges)
    await tab.close()


async def test_a_session_that_cannot_be_read_on_the_server_is_fetched_by_the_tab(
    app: Auth, alice: Browser, open_tab: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(scope: object) -> None:
        raise RuntimeError("dsn=postgres://root:hunter2@db")

    monkeypatch.setattr(app, "get_server_session", broken)
    tab = open_tab()
    await tab.shows("loading:-")
    tab.ready()
    await tab.shows("authenticated:Alice")
    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text


def test_the_script_is_copied_when_reactpys_directory_changes(tmp_path: Path) -> None:
    before = REACTPY_WEB_MODULES_DIR.current
    REACTPY_WEB_MODULES_DIR.current = tmp_path
    REACTPY_WEB_MODULES_DIR.current = before
    [script] = tmp_path.glob("authwright-*.js")
    assert "export function createBridge" in script.read_text()
    assert "export function bind" in script.read_text()
