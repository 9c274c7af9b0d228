"""Actions as event handlers: ReactPy passes an event, and awaits the result only of ``async def`` functions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from reactpy import component, html, use_state

from authwright.client.reactpy import PageGuard, use_auth, use_session
from client.reactpy.conftest import Open
from client.reactpy.page import Asking, line
from client.reactpy.tab import Tab
from support.browser import Browser

SIGN_IN = "/api/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%3A3000%2Fpage"
WRONG: Any = {"authorization_params": 5}
ALICE: Any = {"redirect": False, "username": "alice", "password": "wonderland"}


@component
def Button(handler_of: Callable[[Any, Any, Any], Any]) -> Any:  # noqa: N802
    """Show the session, what the app said, and a button with the handler that ``handler_of(actions, update, say)``."""
    session, actions = use_session(), use_auth()
    message, say = use_state("")
    button = html.button({"id": "button", "onClick": handler_of(actions, session.update, say)})
    return html.div(html.p({"id": "status"}, line(session)), html.p({"id": "message"}, message), button)


async def press(open_tab: Open, handler_of: Callable[[Any, Any, Any], Any], text: str = "unauthenticated:-") -> Tab:
    """Open a tab, wait until it shows *text*, and press the button."""
    tab = open_tab(Button(handler_of))
    await tab.shows(text)
    tab.ready()
    tab.press("button")
    return tab


async def until_logged(caplog: pytest.LogCaptureFixture, text: str) -> None:
    async with asyncio.timeout(5):
        while text not in caplog.text:  # noqa: ASYNC110 - the log has no event
            await asyncio.sleep(0.01)


async def test_sign_in_as_a_handler_goes_to_the_sign_in_page(open_tab: Open) -> None:
    tab = await press(open_tab, lambda actions, update, say: actions.sign_in)
    await tab.until(tab.navigated)
    assert tab.navigated() == [SIGN_IN]


@pytest.mark.parametrize(
    "handler_of",
    [
        lambda actions, update, say: lambda event: actions.sign_in("credentials", **ALICE),
        lambda actions, update, say: lambda event: actions.sign_in("credentials", event, **ALICE),
        lambda actions, update, say: partial(actions.sign_in, "credentials", **ALICE),
    ],
    ids=["lambda", "event", "partial"],
)
async def test_a_handler_that_returns_sign_in_signs_in(open_tab: Open, handler_of: Any) -> None:
    tab = await press(open_tab, handler_of)
    await tab.shows("authenticated:Alice")


@pytest.mark.parametrize(
    "handler_of",
    [lambda actions, update, say: actions.sign_out, lambda actions, update, say: lambda event: actions.sign_out()],
    ids=["method", "lambda"],
)
async def test_sign_out_as_a_handler_signs_out(alice: Browser, open_tab: Open, handler_of: Any) -> None:
    tab = await press(open_tab, handler_of, "authenticated:Alice")
    await tab.until(tab.navigated)
    assert "/api/auth/signout" in tab.fetched()


async def test_update_as_a_handler_does_not_send_the_event(alice: Browser, open_tab: Open) -> None:
    tab = await press(open_tab, lambda actions, update, say: update, "authenticated:Alice")
    await tab.until(lambda: "/api/auth/session" in tab.fetched())
    [sent] = [command["body"] for command in tab.told if "/session" in command.get("url", "")]
    assert '"data"' not in sent


async def test_a_lambda_that_returns_update_updates(alice: Browser, open_tab: Open) -> None:
    handler = lambda actions, update, say: lambda event: update({"name": "Alicia"})  # noqa: E731
    tab = await press(open_tab, handler, "authenticated:Alice")
    await tab.shows("loading:Alice")
    await tab.shows("authenticated:Alice")


@pytest.mark.parametrize("action", ["get_session", "get_csrf_token", "get_providers"])
async def test_every_read_can_be_a_handler(open_tab: Open, action: str) -> None:
    tab = await press(open_tab, lambda actions, update, say: getattr(actions, action))
    await tab.until(tab.fetched)


async def test_an_action_can_be_awaited_in_every_way(alice: Browser, open_tab: Open) -> None:
    def handler_of(actions: Any, update: Any, say: Any) -> Any:
        async def read(event: Any) -> None:
            first = await actions.get_session(broadcast=False)
            second = await asyncio.create_task(actions.get_session(broadcast=False))
            [third] = await asyncio.gather(actions.get_session(broadcast=False))
            fourth = await asyncio.wait_for(actions.get_session(broadcast=False), 5)
            say(str([one["user"]["name"] for one in (first, second, third, fourth)]))

        return read

    tab = await press(open_tab, handler_of, "authenticated:Alice")
    await tab.shows(str(["Alice"] * 4), "message")


async def test_an_action_that_is_cancelled_stops(alice: Browser, open_tab: Open) -> None:
    def handler_of(actions: Any, update: Any, say: Any) -> Any:
        async def read(event: Any) -> None:
            task = asyncio.create_task(actions.get_session())
            await asyncio.sleep(0)
            task.cancel()
            say(str(type((await asyncio.gather(task, return_exceptions=True))[0]).__name__))

        return read

    tab = await press(open_tab, handler_of, "authenticated:Alice")
    await tab.shows("CancelledError", "message")


async def test_an_action_that_fails_unawaited_reaches_the_log_under_a_code(
    open_tab: Open, caplog: pytest.LogCaptureFixture
) -> None:
    await press(
        open_tab, lambda actions, update, say: lambda event: actions.sign_in("credentials", authorization_params=5)
    )
    await until_logged(caplog, "CLIENT_HANDLER_ERROR: sign_in raised")


async def test_options_in_a_dict_are_refused(open_tab: Open, caplog: pytest.LogCaptureFixture) -> None:
    """v4 takes an object of options. Only an event is ignored."""
    handler = lambda actions, update, say: lambda event: actions.sign_in("credentials", dict(ALICE))  # noqa: E731
    tab = await press(open_tab, handler)
    await until_logged(caplog, "TypeError")
    assert tab.fetched() == []


async def asynchronous() -> None:
    raise RuntimeError("the app's own")


def plain() -> None:
    raise RuntimeError("the app's own")


async def yielding() -> Any:
    yield "the app's own"


class Methods:
    def plain(self) -> None:
        plain()


@pytest.mark.parametrize("hook", [asynchronous, plain, yielding, partial(plain), Methods().plain])
async def test_a_hook_that_fails_reaches_the_log_under_a_code(
    open_tab: Open, caplog: pytest.LogCaptureFixture, hook: Any
) -> None:
    tab = open_tab(Asking(on_unauthenticated=hook))
    await tab.shows("loading:-", "asking")
    await until_logged(caplog, "CLIENT_HOOK_ERROR: on_unauthenticated raised")
    assert ("the app's own" in caplog.text) is (hook is not yielding)


SECRET = html.p({"id": "secret"}, "for admins")


def test_a_guard_among_the_children_is_refused() -> None:
    with pytest.raises(TypeError, match="auth="):
        PageGuard(SECRET, {"role": "admin"})


@pytest.mark.parametrize("guard", ["admin", None, {"role": None}, {"Role": "admin"}, ["admin"]])
def test_a_guard_that_might_let_everyone_in_is_refused(guard: Any) -> None:
    with pytest.raises(ValueError, match="guard"):
        PageGuard(SECRET, auth=guard)


async def test_a_guard_without_rules_requires_a_session(open_tab: Open) -> None:
    tab = open_tab(PageGuard(SECRET, auth={}))
    await tab.until(tab.bridges)
    tab.ready()
    await tab.until(tab.navigated)
    assert "for admins" not in "".join(tab.frames)


async def test_use_session_refuses_a_role(open_tab: Open, caplog: pytest.LogCaptureFixture) -> None:
    open_tab(Asking(required={"role": "admin"}))  # type: ignore[arg-type]
    await until_logged(caplog, "use the page guard")
