"""A tab without a browser: it connects to ReactPy's websocket, applies its updates and runs the commands in them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from support.browser import Browser

Model = dict[str, Any]


class Tab:
    """A tab with the cookies of *browser*.

    ``connect`` opens the tab. ``tamper`` may change the tab's reply to a command, or return None to send no reply.
    """

    def __init__(self, asgi: Callable[..., Awaitable[None]], browser: Browser, origin: str | None) -> None:
        self.browser = browser
        self.frames: list[str] = []
        self.told: list[Model] = []
        self.tamper: Callable[[Model], Model | None] = lambda reply: reply
        self.host = "localhost:3000"
        self.root_path = ""
        self._asgi = asgi
        self._origin = origin
        self._model: Model = {}
        self._seen = 0
        self._changed = asyncio.Event()
        self._incoming: asyncio.Queue[Model] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    # -- the websocket --------------------------------------------------------------------------------------------

    def connect(self) -> Tab:
        headers = {"host": self.host, "cookie": self.browser.cookie_header}
        if self._origin is not None:
            headers["origin"] = self._origin
        scope = {
            "type": "websocket",
            "scheme": "ws",
            # ReactPy compares the whole path, so it needs a server that leaves the root path out of it.
            "path": "/reactpy/",
            "root_path": self.root_path,
            "query_string": b"path=%2F",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [],
        }
        self._incoming.put_nowait({"type": "websocket.connect"})
        self._server = asyncio.create_task(self._asgi(scope, self._incoming.get, self._send))  # type: ignore[arg-type]
        return self

    async def close(self) -> None:
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait([self._server])
        for task in self._tasks:
            task.cancel()

    async def _send(self, message: Model) -> None:
        if message["type"] == "websocket.send":
            self.frames.append(message["text"])
            self._draw(json.loads(message["text"]))

    def event(self, target: str, data: object) -> None:
        self.raw(json.dumps({"type": "layout-event", "target": target, "data": data}))

    def raw(self, text: str) -> None:
        self._incoming.put_nowait({"type": "websocket.receive", "text": text})

    # -- the rendered page --------------------------------------------------------------------------------------------

    def _draw(self, update: Model) -> None:
        *path, last = ["", *update["path"].split("/")[1:]]
        if not path:
            self._model = update["model"]
        else:
            target: Any = self._model
            for step in path[1:]:
                target = target[int(step) if isinstance(target, list) else step]
            target[int(last) if isinstance(target, list) else last] = update["model"]
        self._changed.set()
        for bridge in self.bridges():
            self._run(bridge)

    def elements(self) -> Iterator[Model]:
        open_: list[Any] = [self._model]
        while open_:
            one = open_.pop(0)
            if isinstance(one, dict):
                yield one
                open_ += one.get("children", [])

    def element(self, id: str) -> Model:
        return next(one for one in self.elements() if one.get("attributes", {}).get("id") == id)

    def bridges(self) -> list[Model]:
        return [one for one in self.elements() if one.get("tagName") == "Bridge"]

    def text(self, id: str = "status") -> str | None:
        """Return the text of the element *id*, or None if there is no such element."""
        found = [one for one in self.elements() if one.get("attributes", {}).get("id") == id]
        return "".join(found[0].get("children", [])) if found else None

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until *condition* is true for the rendered page."""
        async with asyncio.timeout(5):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def shows(self, text: str, id: str = "status") -> None:
        await self.until(lambda: self.text(id) == text)

    def press(self, id: str) -> None:
        self.event(self.element(id)["eventHandlers"]["onClick"]["target"], [{}])

    # -- the bridge -----------------------------------------------------------------------------------------------

    def say(self, message: object, bridge: Model | None = None) -> None:
        """Send *message* as the script of the bridge does."""
        element = bridge or self.bridges()[0]
        self.event(element["eventHandlers"]["onMessage"]["target"], [element["attributes"]["id"], json.dumps(message)])

    def ready(self) -> None:
        self.say({"type": "ready", "href": "http://localhost:3000/page", "online": True})

    def _run(self, bridge: Model) -> None:
        for command in bridge["attributes"]["commands"]:
            if command["seq"] > self._seen:
                self._seen = command["seq"]
                self.told.append(command)
                task = asyncio.create_task(self._execute(bridge, command))
                self._tasks.add(task)

    async def _execute(self, bridge: Model, command: Model) -> None:
        reply: Model | None = {"type": "done", "seq": command["seq"]}
        if command["op"] == "fetch":
            path, body = command["url"].removeprefix("/api/auth"), (command["body"] or "").encode()
            response = await self.browser.send(command["method"], path, command["headers"], body)
            reply |= {"status": response.status, "json": json.loads(response.body)}  # type: ignore[operator]
        reply = self.tamper(reply)  # type: ignore[arg-type]
        if reply is not None:
            self.say(reply, bridge)

    def fetched(self) -> list[str]:
        """Return the paths that the tab was told to fetch."""
        return [command["url"].partition("?")[0] for command in self.told if command["op"] == "fetch"]

    def navigated(self) -> list[str]:
        return [command["url"] for command in self.told if command["op"] == "navigate"]
