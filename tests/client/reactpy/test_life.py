"""The life of a provider: several on a page, none at all, gone while something runs, and a connection that breaks."""

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
from authwright.client.reactpy_page import Page
from client.reactpy.conftest import Open, timers_of_providers
from client.reactpy.page import Asking, Status
from support.browser import Browser


@pytest.mark.parametrize("name", ["use_session", "use_auth", "PageGuard"])
async def test_outside_of_a_provider_the_error_names_it(
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


async def test_what_cannot_be_drawn_leaves_no_session_in_the_log(
    open_tab: Open, caplog: pytest.LogCaptureFixture
) -> None:
    tab = open_tab(session="hush")
    await tab.until(lambda: tab.frames)
    assert "Failed to render" in caplog.text
    assert "hush" not in caplog.text


async def test_a_provider_in_a_provider_has_a_bridge_of_its_own(app: Auth, open_tab: Open, seen: list[str]) -> None:
    tab = open_tab(SessionProvider(Status(seen), auth=app, session=None))
    await tab.shows("unauthenticated:-")
    assert len({bridge["attributes"]["id"] for bridge in tab.bridges()}) == 2


async def test_a_reconnected_tab_gets_another_bridge(alice: Browser, open_tab: Open) -> None:
    first = open_tab()
    await first.shows("authenticated:Alice")
    await first.close()
    second = open_tab()
    await second.shows("authenticated:Alice")
    assert first.bridges()[0]["attributes"]["id"] != second.bridges()[0]["attributes"]["id"]


def switched(app: Auth, *children: Any, **options: Any) -> Callable[[], Any]:
    """A page whose button takes its provider away."""

    @component
    def App() -> Any:  # noqa: N802
        shown, show = use_state(True)
        button = html.button({"id": "switch", "onClick": lambda _: show(not shown)})
        return html.div(button, SessionProvider(*children, auth=app, **options) if shown else "gone")

    return App


async def test_a_provider_that_is_gone_runs_nothing(app: Auth, alice: Browser, open_tab: Open, seen: list[str]) -> None:
    tab = open_tab(root=switched(app, Status(seen), refetch_interval=30))
    await tab.shows("authenticated:Alice")
    tab.ready()
    assert timers_of_providers() != []
    tab.press("switch")
    await tab.until(lambda: tab.text() is None)
    assert timers_of_providers() == []


async def test_who_waits_as_the_provider_goes_is_told(app: Auth, open_tab: Open) -> None:
    results: list[Any] = []

    @component
    def Waiting() -> Any:  # noqa: N802
        auth = use_auth()

        async def sign_in(_: Any) -> None:
            results.append(await auth.sign_in("credentials", redirect=False))

        return html.button({"id": "status", "onClick": sign_in})

    tab = open_tab(root=switched(app, Waiting()))
    await tab.shows("")
    tab.tamper = lambda answer: None
    tab.ready()
    tab.press("status")
    await tab.until(tab.fetched)
    tab.press("switch")
    await tab.until(lambda: tab.text() is None)
    assert [(result.error, result.status) for result in results] == [("FetchError", 0)]


async def test_an_update_that_waits_as_the_provider_goes_leaves_no_timer(
    app: Auth, alice: Browser, open_tab: Open, seen: list[str]
) -> None:
    tab = open_tab(root=switched(app, Status(seen)))
    await tab.shows("authenticated:Alice")
    tab.tamper = lambda answer: None
    tab.ready()
    tab.press("update")
    await tab.shows("loading:Alice")
    tab.press("switch")
    await tab.until(lambda: tab.text() is None)
    assert timers_of_providers() == []


async def test_a_component_that_is_gone_requires_nothing(app: Auth, alice: Browser, open_tab: Open) -> None:
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


def test_a_render_that_is_sent_late_holds_the_newest_commands(app: Auth) -> None:
    """ReactPy may send an older render after a newer one."""
    page = Page(app, "/api/auth")
    drawn = page.commands
    page.bridge.navigate("/first")
    page.bridge.navigate("/second")
    assert [command["url"] for command in drawn] == ["/first", "/second"]


async def test_a_tab_that_breaks_reactpys_own_protocol_leaves_nothing_running(alice: Browser, open_tab: Open) -> None:
    """No timer while the socket is still open; the fixture sees to it that no task is left after it."""
    tab = open_tab(refetch_interval=30)
    await tab.shows("authenticated:Alice")
    assert timers_of_providers() != []
    tab.raw('{"type": "layout-event"}')
    async with asyncio.timeout(5):
        while timers_of_providers():  # noqa: ASYNC110 - a loop tells of no timer that ends
            await asyncio.sleep(0.01)


async def test_a_tab_that_leaves_while_the_session_is_read_leaves_nothing_running(
    app: Auth, open_tab: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forever(scope: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(app, "get_server_session", forever)
    tab = open_tab()
    await tab.until(tab.bridges)
    await tab.close()


async def test_a_session_that_cannot_be_read_is_asked_of_the_tab(
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


def test_the_script_moves_with_reactpys_directory(tmp_path: Path) -> None:
    before = REACTPY_WEB_MODULES_DIR.current
    REACTPY_WEB_MODULES_DIR.current = tmp_path
    REACTPY_WEB_MODULES_DIR.current = before
    [script] = tmp_path.glob("authwright-*.js")
    assert "export function createBridge" in script.read_text()
    assert "export function bind" in script.read_text()
