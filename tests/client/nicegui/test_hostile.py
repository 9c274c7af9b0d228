"""Attacks with a tab, a socket or a page of another site that are specific to NiceGUI."""

from __future__ import annotations

from typing import Any

import pytest
import socketio
from playwright.async_api import BrowserContext

from client.nicegui.tab import Tab
from contract.browser.chromium import ELSEWHERE, HOST

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


async def test_a_tab_that_sends_invalid_messages_gets_no_session(tab: Tab) -> None:
    nonsense = """[null, 1, "x", [], {}, {type: "done"}, {type: "done", seq: 1, status: "200", json: {user: {}}},
      {type: "done", seq: 1e300}, {type: "ready", href: "javascript:alert(1)"}, {type: {}},
      {type: "online", value: {}}]"""
    await tab.page.evaluate(f"for (const one of {nonsense}) emitEvent('authwright', one)")
    await tab.page.evaluate("emitEvent('authwright'); emitEvent('authwright', 1, 2)")
    await tab.press("ask", "asked None")
    await tab.shows("status", "unauthenticated:-")
    await tab.sign_in()


async def test_a_page_of_another_site_cannot_read_the_session(tab: Tab, profile: BrowserContext) -> None:
    await tab.sign_in()
    foreign = await profile.new_page()
    await foreign.goto(tab.origin.replace(HOST, ELSEWHERE) + "/inside")
    read = f"fetch('{tab.origin}/', {{credentials: 'include'}}).then((a) => a.text(), () => 'refused')"
    assert await foreign.evaluate(read) == "refused"


async def connect(origin: str, client_id: str, cookies: str, *, implicit: bool = True) -> tuple[Any, list[Any]]:
    """Open a socket as a page of another site does: with the victim's cookies and the Origin of the attacker."""
    heard: list[Any] = []
    socket = socketio.AsyncClient(reconnection=False)
    socket.on("*", lambda *message: heard.append(message))
    query = f"client_id={client_id}&tab_id=t&document_id=d&next_message_id=0&implicit_handshake={str(implicit).lower()}"
    headers = {"Origin": "http://evil.example", "Cookie": cookies}
    path = "/_nicegui_ws/socket.io"
    await socket.connect(f"{origin}?{query}", headers=headers, socketio_path=path, transports=["websocket"])
    return socket, heard


async def cookies_of(profile: BrowserContext) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in await profile.cookies())


@pytest.mark.parametrize("known", [False, True])
async def test_another_sites_socket_is_refused(tab: Tab, profile: BrowserContext, known: bool) -> None:
    """The socket is refused even with the id of the page, because NiceGUI accepts only one tab for each page."""
    await tab.sign_in()
    identity = await tab.page.evaluate("window.clientId") if known else "00000000-0000-4000-8000-000000000000"
    with pytest.raises(socketio.exceptions.ConnectionError):
        await connect(tab.origin, identity, await cookies_of(profile))


async def test_a_socket_without_a_page_receives_nothing(tab: Tab, profile: BrowserContext) -> None:
    socket, heard = await connect(tab.origin, "none", await cookies_of(profile), implicit=False)
    event = {"id": 0, "client_id": "none", "listener_id": "x", "args": ['{"type":"ready"}']}
    await socket.emit("event", event)
    await tab.sign_in()
    handshake = {"client_id": "none", "tab_id": "t", "document_id": "d"}
    assert await socket.call("handshake", handshake) is False
    assert heard == []
    await socket.disconnect()
