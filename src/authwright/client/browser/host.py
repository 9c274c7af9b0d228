"""The ports *Transport* and *Host* in a browser page, on Pyodide and MicroPython.

Rule 1: fetch only from the page's own origin, and refuse redirects: the API does not redirect a program, and a
        redirect must not forward a password.
Rule 2: a message from another tab means only that the session may have changed.
"""

import asyncio
import json

import js  # type: ignore[import-not-found]

from authwright.client.core.body import parse_body
from authwright.client.core.log import failed, warn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any

    from authwright.client.core.ports import HostEvent, Off

try:
    from pyodide.ffi import create_proxy  # type: ignore[import-not-found]
except ImportError:  # MicroPython creates and keeps its proxies automatically

    def create_proxy(function: "Any") -> "Any":
        return function


_KEY = "nextauth.message"
# Whether the user is signed in, as the last page of this browser that knew it noted.
_SIGNED_IN = "authwright.signed-in"
_TIMEOUT = 15_000
_SIZE_LIMIT = 1_000_000


class FetchTransport:
    """The port *Transport* over ``fetch``."""

    async def request(
        self, method: "str", url: "str", headers: "Mapping[str, str]", body: "str | None"
    ) -> "tuple[int, Any]":
        # Browsers read a backslash as a slash, and drop tabs and line ends.
        if not url.startswith("/") or url.startswith("//") or "\\" in url or any(ord(one) <= 32 for one in url):
            raise ValueError("The URL must be a path of the page's own origin.")
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
            raise ValueError("The response is larger than 1 MB.")
        return response.status, parse_body(text)


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
            # If only the hash changes, the browser does not reload by itself (v4's signIn does the same).
            js.location.reload()

    def post(
        self, message: "Mapping[str, Any] | None", signed_in: "bool | None" = None, if_new: "bool" = False
    ) -> "None":
        try:
            if signed_in is not None:
                state = "true" if signed_in else "false"
                if if_new and str(js.localStorage.getItem(_SIGNED_IN) or "false") == state:
                    return
                js.localStorage.setItem(_SIGNED_IN, state)
            if message:
                js.localStorage.setItem(_KEY, json.dumps(message))
        except Exception as error:
            # Storage is full or forbidden: other tabs fetch the session at their next focus.
            warn("CLIENT_STORAGE_ERROR", "Other tabs could not be notified (" + type(error).__name__ + ").")

    def on(self, event: "HostEvent", callback: "Callable[[], object]") -> "Off":
        if event == "storage":
            return _listen([(js.window, "storage")], lambda found: _is_message(found) and callback())
        if event == "online":
            return _listen([(js.window, "online"), (js.window, "offline")], lambda found: callback())
        # A page that returns from the back/forward cache fires only pageshow.
        sources = [(js.document, "visibilitychange"), (js.window, "pageshow")]
        return _listen(sources, lambda found: _came(found) and callback())

    def every(self, seconds: "float", callback: "Callable[[], object]") -> "Off":
        tick = create_proxy(lambda *_: callback())
        timer = js.setInterval(tick, max(1, int(seconds * 1000)))

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
                failed("CLIENT_TASK_ERROR", "A task", error)
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
    """Return whether a storage event is v4's message that the session may have changed."""
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
