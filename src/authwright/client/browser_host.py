"""The two ports in a page of a browser, on Pyodide and MicroPython: ``fetch``, the page, its timers, its other tabs.

Rule 1: nothing is fetched but from the page's own origin. A redirect is refused: the API answers no program with one,
        and a password must not be sent on to wherever it leads.
Rule 2: a message of another tab says no more than that the session may have changed.
"""

import asyncio
import json

import js  # type: ignore[import-not-found]

from authwright.client.log import warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any

    from authwright.client.ports import HostEvent, Off

try:
    from pyodide.ffi import create_proxy  # type: ignore[import-not-found]
except ImportError:  # MicroPython makes and keeps its proxies by itself

    def create_proxy(function: "Any") -> "Any":
        return function


_KEY = "nextauth.message"
_TIMEOUT = 15_000
_SIZE_LIMIT = 1_000_000


class FetchTransport:
    """The port *Transport* over ``fetch``."""

    async def request(
        self, method: "str", url: "str", headers: "Mapping[str, str]", body: "str | None"
    ) -> "tuple[int, Any]":
        # Browsers read a backslash as a slash, and drop tabs and line ends.
        if not url.startswith("/") or url.startswith("//") or "\\" in url or any(ord(one) <= 32 for one in url):
            raise ValueError("Only paths of the page's own origin are fetched.")
        options = js.Object.new()
        options.method = method
        options.credentials = "same-origin"
        options.redirect = "error"
        options.cache = "no-store"
        options.signal = js.AbortSignal.timeout(_TIMEOUT)
        options.headers = js.Headers.new()
        for name, value in headers.items():
            options.headers.set(name, value)
        if body is not None:
            options.body = body
        response = await js.fetch(url, options)
        text = await response.text()
        if len(text) > _SIZE_LIMIT:
            raise ValueError("The answer is larger than 1 MB.")
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, None


class PageHost:
    """The port *Host* over ``window`` and ``document``."""

    def __init__(self) -> "None":
        self._tasks: dict[int, object] = {}
        self._spawned = 0

    @property
    def online(self) -> "bool":
        return bool(js.navigator.onLine)

    async def here(self) -> "str":
        return str(js.location.href)

    def navigate(self, url: "str") -> "None":
        js.location.href = url
        if "#" in url:
            # A change of the hash alone loads nothing (v4's signIn does the same).
            js.location.reload()

    def post(self, message: "Mapping[str, Any]") -> "None":
        try:
            js.localStorage.setItem(_KEY, json.dumps(message))
        except Exception as error:
            # Storage that is full or forbidden: other tabs hear at their next focus.
            warn("CLIENT_STORAGE_ERROR", "Other tabs were not told (" + type(error).__name__ + ").")

    def on(self, event: "HostEvent", callback: "Callable[[], object]") -> "Off":
        if event == "storage":
            return _listen([(js.window, "storage")], lambda found: _is_message(found) and callback())
        if event == "online":
            return _listen([(js.window, "online"), (js.window, "offline")], lambda found: callback())
        # A page that comes back from the browser's cache tells of it by pageshow alone.
        sources = [(js.document, "visibilitychange"), (js.window, "pageshow")]
        return _listen(sources, lambda found: _came(found) and callback())

    def every(self, seconds: "float", callback: "Callable[[], object]") -> "Off":
        tick = create_proxy(lambda *_: callback())
        timer = js.setInterval(tick, int(seconds * 1000))

        def off() -> "None":
            js.clearInterval(timer)
            _forget(tick)

        return off

    def spawn(self, coroutine: "Coroutine[Any, Any, object]") -> "object":
        self._spawned += 1
        number = self._spawned

        async def run() -> "None":
            try:
                await coroutine
            except Exception as error:
                # Its class alone: its text might hold what the task was about.
                warn("CLIENT_TASK_ERROR", type(error).__name__)
            self._tasks.pop(number)

        self._tasks[number] = asyncio.create_task(run())
        return self._tasks[number]


def _listen(sources: "list[tuple[Any, str]]", handler: "Callable[[Any], object]") -> "Off":
    listening = js.AbortController.new()
    options = js.Object.new()
    options.signal = listening.signal
    proxy = create_proxy(handler)
    for target, event in sources:
        target.addEventListener(event, proxy, options)

    def off() -> "None":
        listening.abort()
        _forget(proxy)

    return off


def _is_message(found: "Any") -> "bool":
    """Whether a storage event is v4's message that the session may have changed."""
    if found.key != _KEY or not isinstance(found.newValue, str):
        return False
    try:
        message = json.loads(found.newValue)
    except ValueError:
        return False
    return isinstance(message, dict) and message.get("event") == "session" and bool(message.get("data"))


def _came(found: "Any") -> "bool":
    if found.type == "pageshow":
        return bool(found.persisted)
    return bool(js.document.visibilityState == "visible")


def _forget(proxy: "Any") -> "None":
    if hasattr(proxy, "destroy"):
        proxy.destroy()
