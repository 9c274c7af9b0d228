"""The server side of the bridge, with a tab that works correctly and with manipulated tabs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authwright import Auth
from authwright.client import Api, SessionStore
from authwright.client.bridge.bridge import Bridge, Command
from support.apps import make_auth
from support.browser import Browser

READY = {"type": "ready", "href": "http://localhost:3000/page", "online": True}


class Tab:
    """A tab that executes commands with the cookies of *browser*. ``tamper`` may change its replies."""

    def __init__(self, auth: Auth, browser: Browser) -> None:
        self.browser = browser
        self.bridge = Bridge(self._take, auth.read_receipt)
        self.api = Api(self.bridge, self.bridge)
        self.commands: list[Command] = []
        self.flushed: list[list[Command]] = []
        self.tamper: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda message: message

    def _take(self, commands: list[Command]) -> None:
        self.flushed.append(commands)
        for command in commands:
            if command["seq"] not in [one["seq"] for one in self.commands]:
                self.commands.append(command)
                self.bridge.spawn(self._run(command))

    async def _run(self, command: Command) -> None:
        message = {"type": "done", "seq": command["seq"]}
        if command["op"] == "fetch":
            path = command["url"].removeprefix("/api/auth")
            body = (command["body"] or "").encode()
            response = await self.browser.send(command["method"], path, command["headers"], body)
            message |= {"status": response.status, "json": json.loads(response.body)}
        changed = self.tamper(message)
        if changed:
            self.bridge.receive(changed)

    def told(self, operation: str) -> list[Command]:
        return [command for command in self.commands if command["op"] == operation]


@pytest.fixture
async def tab(app: Auth, browser: Browser) -> AsyncIterator[Tab]:
    tab = Tab(app, browser)
    tab.bridge.receive(READY)
    yield tab
    tab.bridge.close()


async def sign_in(tab: Tab) -> Any:
    return await tab.api.sign_in("credentials", redirect=False, username="alice", password="wonderland")


async def test_a_sign_in_over_the_bridge_reaches_the_store(tab: Tab) -> None:
    store = SessionStore(tab.api, session=None)
    store.start()
    assert (await sign_in(tab)).ok
    assert store.snapshot.data is not None
    assert store.snapshot.data["user"]["name"] == "Alice"
    store.stop()


async def test_a_completed_command_is_dropped_together_with_its_password(tab: Tab) -> None:
    await sign_in(tab)
    await asyncio.sleep(0)
    assert "wonderland" in str(tab.flushed)
    assert "wonderland" not in str(tab.flushed[-1]) + repr(vars(tab.bridge)) + repr(vars(tab.api))


async def test_a_web_page_instead_of_json_is_logged_with_the_remedy(tab: Tab, caplog: pytest.LogCaptureFixture) -> None:
    tab.tamper = lambda message: {**message, "status": 200, "json": None, "html": True}
    assert (await sign_in(tab)).error == "FetchError"
    assert await tab.api.sign_out() == {"url": None, "ok": False, "status": 200, "error": "FetchError"}
    assert "/api/auth/providers returned HTML: is the base path right?" in caplog.text


async def test_a_sign_in_returns_to_the_address_that_the_tab_reported(app: Auth, browser: Browser) -> None:
    tab = Tab(app, browser)
    signing_in = asyncio.create_task(tab.api.sign_in())
    await asyncio.sleep(0.01)
    tab.bridge.receive(READY)
    assert (await signing_in).url == "/api/auth/signin?callbackUrl=http%3A%2F%2Flocalhost%3A3000%2Fpage"
    assert [command["url"] for command in tab.told("navigate")] == [(await signing_in).url]
    tab.bridge.close()


async def test_a_session_invented_by_the_tab_is_ignored(tab: Tab) -> None:
    tab.tamper = lambda message: message | {"json": {"user": {"name": "Root"}, "expires": "2999-01-01T00:00:00.000Z"}}
    assert await tab.api.get_session() is None


@pytest.mark.parametrize("forged", ["", "e30.e30.e30.e30.e30", 7, None, ["x"], {"user": "root"}])
async def test_a_forged_receipt_gives_no_session(tab: Tab, forged: object) -> None:
    tab.tamper = lambda message: message | {"json": {"receipt": forged}}
    assert await tab.api.get_session() is None


async def test_a_receipt_is_valid_only_for_its_nonce(tab: Tab) -> None:
    await sign_in(tab)
    receipts: list[dict[str, Any]] = []
    tab.tamper = lambda message: receipts.append(message) or message  # type: ignore[func-returns-value]
    assert await tab.api.get_session() is not None
    await tab.api.sign_out(redirect=False)
    replayed = next(one for one in receipts if isinstance(one.get("json"), dict) and "receipt" in one["json"])
    tab.tamper = lambda message: message | {"json": replayed["json"]}
    assert await tab.api.get_session() is None


async def test_another_users_receipt_for_another_nonce_gives_no_session(tab: Tab, app: Auth) -> None:
    victim = Browser(app)
    await victim.sign_in(username="alice", password="wonderland")
    stolen = json.loads((await victim.get("/session?nonce=0123456789abcdef")).body)
    tab.tamper = lambda message: message | {"json": stolen}
    assert await tab.api.get_session() is None


async def test_an_expired_receipt_leaves_the_store_unauthenticated(tab: Tab, travel: Callable[[float], None]) -> None:
    store = SessionStore(tab.api)

    def late(message: dict[str, Any]) -> dict[str, Any]:
        travel(31)
        return message

    tab.tamper = late
    await store.refresh()
    assert store.snapshot.status == "unauthenticated"


async def test_a_response_that_arrives_twice_counts_once(tab: Tab) -> None:
    messages: list[dict[str, Any]] = []
    tab.tamper = lambda message: messages.append(message) or message  # type: ignore[func-returns-value]
    await tab.api.get_providers()
    tab.bridge.receive(messages[0] | {"json": {"evil": {}}})
    assert list(await tab.api.get_providers() or {}) == ["credentials", "email"]


async def test_a_read_fails_if_the_tab_does_not_answer(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("authwright.client.bridge.bridge._TIMEOUT", 0.02)
    tab.tamper = lambda message: None
    assert await tab.api.get_session() is None
    assert [command["op"] for command in tab.flushed[-1]] == ["post"]


async def test_the_number_of_unanswered_commands_is_limited(tab: Tab) -> None:
    tab.tamper = lambda message: None
    for _ in range(200):
        tab.bridge.post({"event": "session"})
    assert len(tab.flushed[-1]) == 50


async def test_the_bridge_does_not_navigate_to_a_script(tab: Tab) -> None:
    for url in (
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "JAVASCRIPT:x",
    ):
        tab.bridge.navigate(url)
        await tab.api.sign_in("unknown", callback_url=url)
    assert all(command["url"].startswith("/api/auth/signin?") for command in tab.told("navigate"))


async def test_a_script_as_the_address_of_a_tab_is_replaced_by_the_root(app: Auth, browser: Browser) -> None:
    tab = Tab(app, browser)
    tab.bridge.receive(READY | {"href": "javascript:alert(1)"})
    assert await tab.bridge.here() == "/"
    tab.bridge.close()


async def test_listeners_are_called_when_a_tab_goes_offline_and_online(tab: Tab) -> None:
    heard: list[bool] = []
    tab.bridge.on("online", lambda: heard.append(tab.bridge.online))
    tab.bridge.receive({"type": "online", "value": False})
    tab.bridge.receive({"type": "online", "value": True})
    assert heard == [False, True]


async def test_nothing_runs_after_close(tab: Tab) -> None:
    ticks: list[int] = []
    tab.bridge.every(0.001, lambda: ticks.append(1))
    tab.bridge.close()
    await asyncio.sleep(0.01)
    assert ticks == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
messages = json_values | st.fixed_dictionaries(
    {"type": st.sampled_from(["ready", "done", "online", "storage", "visible", "x"])},
    optional={
        "seq": json_values,
        "status": json_values,
        "json": json_values,
        "href": json_values,
        "value": json_values,
    },
)


@given(st.lists(messages, max_size=5))
def test_no_message_of_a_tab_raises_an_exception(sent: list[object]) -> None:
    async def scenario() -> None:
        bridge = Bridge(lambda commands: None, make_auth().read_receipt)
        reading = asyncio.create_task(Api(bridge, bridge).get_session())
        bridge.receive(READY)
        await asyncio.sleep(0)
        for message in sent:
            bridge.receive(message)
        bridge.receive({"type": "done", "seq": 1, "status": 200, "json": {}})
        bridge.close()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)

    asyncio.run(scenario())
