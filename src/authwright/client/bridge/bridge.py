"""The server's half of the bridge: a transport and a host that send commands to a browser tab (``bridge.js``).

The bridge serves UI frameworks whose Python runs on the server. Only an HTTP response to the browser can set HttpOnly
cookies, so the tab fetches, navigates and notifies other tabs for the store on the server.

Rule 1: never trust the tab. It fetches the session with a nonce, and the server responds with a receipt: an encrypted
        token that contains the nonce and the session and is valid for 30 seconds. The bridge accepts a session only in
        a valid receipt for a nonce that it is waiting for.
Rule 2: a command, and any password in it, is forgotten once the tab has replied.
Rule 3: no message from a tab raises an exception. At worst a tab deceives itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

from authwright.client.core.body import HTML
from authwright.client.core.loop_host import LoopHost
from authwright.client.core.text import is_navigable
from authwright.errors import InvalidToken

if TYPE_CHECKING:
    from authwright.types import Session

__all__ = ["Bridge", "bridge_script"]

Command: TypeAlias = dict[str, Any]

_TIMEOUT = 20.0
# A limit for a tab that never replies, or that keeps triggering fetches.
_OPEN_COMMANDS = 50
_URL_LIMIT = 8192


@cache
def bridge_script() -> str:
    """Return the tab's half: an ES module that exports ``createBridge(emit, {basePath})``."""
    return files("authwright.client.bridge").joinpath("bridge.js").read_text("utf-8")


class Bridge(LoopHost):
    """The ports *Transport* and *Host* for the store of one tab.

    Args:
        flush: Called with all commands that the tab has not replied to, each time they change. Delivering a command
            twice is harmless: the tab runs each ``seq`` once.
        read_receipt: ``auth.read_receipt``.
        base_path: The path of the REST API.
    """

    def __init__(
        self,
        flush: Callable[[list[Command]], object],
        read_receipt: Callable[[str, str], Session | None],
        base_path: str = "/api/auth",
    ) -> None:
        super().__init__()
        self.online: bool = True
        self._flush = flush
        self._read_receipt = read_receipt
        self._base_path = base_path
        self._ready = asyncio.Event()
        self._href = "/"
        self._seq = 0
        self._open: dict[int, Command] = {}
        self._waiting: dict[int, asyncio.Future[tuple[int, Any]]] = {}

    def __repr__(self) -> str:
        return f"<Bridge {len(self._open)} open commands>"

    def deliver(self) -> None:
        """Pass the open commands to ``flush``. Call this when the tab connects, and whenever it reconnects."""
        self._flush(list(self._open.values()))

    # -- from the tab ---------------------------------------------------------------------------------------------

    def receive(self, message: object) -> None:
        """Handle a message from the tab. Invalid messages are dropped."""
        if not isinstance(message, dict):
            return
        kind = message.get("type")
        if kind == "ready":
            href = message.get("href")
            self._href = href if is_navigable(href) and len(str(href)) <= _URL_LIMIT else "/"  # type: ignore[assignment]
            self.online = message.get("online") is not False
            self._ready.set()
        elif kind == "done":
            self._answered(message)
        elif kind == "online":
            self.online = message.get("value") is not False
            self._tell("online")
        elif kind in ("storage", "visible") and self._ready.is_set():
            # Before the tab is ready each fetch would wait for it, and nothing would limit their number.
            self._tell(kind)

    def _answered(self, message: Mapping[str, Any]) -> None:
        seq, status = message.get("seq"), message.get("status")
        if type(seq) is not int or self._open.pop(seq, None) is None:
            return
        waiting = self._waiting.pop(seq, None)
        if waiting and not waiting.done():
            # An HTTP status, or 0 for no response.
            valid = type(status) is int and 100 <= status <= 599
            body = HTML if message.get("html") is True else message.get("json")
            waiting.set_result((status if valid else 0, body))  # type: ignore[arg-type]
        self.deliver()

    # -- Transport ------------------------------------------------------------------------------------------------

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        """Have the tab fetch *url*.

        Raises:
            ConnectionError: The tab did not reply in time, could not reach the server, or sent an invalid receipt.
        """
        if url == f"{self._base_path}/session":
            return await self._session(method, url, headers, body)
        return await self._fetch(method, url, headers, body)

    async def _session(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        nonce = secrets.token_hex(16)
        status, reply = await self._fetch(method, f"{url}?nonce={nonce}", headers, body)
        if not 200 <= status < 300:
            return status, None
        receipt = reply.get("receipt") if isinstance(reply, dict) else None
        if not isinstance(receipt, str):
            raise ConnectionError("The tab replied without a receipt.")
        try:
            return status, self._read_receipt(receipt, nonce) or {}
        except InvalidToken as error:
            raise ConnectionError(f"The tab sent an invalid receipt: {error.detail}") from None

    async def _fetch(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        future: asyncio.Future[tuple[int, Any]] = asyncio.get_running_loop().create_future()
        seq = 0
        try:
            async with asyncio.timeout(_TIMEOUT):
                await self._ready.wait()
                seq = self._send("fetch", method=method, url=url, headers=dict(headers), body=body)
                self._waiting[seq] = future
                status, reply = await future
        except TimeoutError:
            raise ConnectionError("The tab did not reply in time.") from None
        finally:
            if self._waiting.pop(seq, None) and self._open.pop(seq, None):
                self.deliver()
        if status == 0:
            raise ConnectionError("The tab could not reach the server.")
        return status, reply

    def _send(self, operation: str, **arguments: object) -> int:
        if self._closed:
            raise ConnectionError("The tab is gone.")
        if len(self._open) >= _OPEN_COMMANDS:
            raise ConnectionError("The tab has too many open commands.")
        self._seq += 1
        self._open[self._seq] = {"seq": self._seq, "op": operation, **arguments}
        self.deliver()
        return self._seq

    # -- Host -----------------------------------------------------------------------------------------------------

    async def here(self) -> str:
        """Return the address that the tab reported, or "/" if it reports none within 20 seconds."""
        try:
            await asyncio.wait_for(self._ready.wait(), _TIMEOUT)
        except TimeoutError:
            return "/"
        return self._href

    def navigate(self, url: str) -> None:
        if is_navigable(url):
            self._try_to_send("navigate", url=url)

    def post(self, message: Mapping[str, Any] | None, signed_in: bool | None = None, if_new: bool = False) -> None:
        self._try_to_send("post", message=message and dict(message), signedIn=signed_in, ifNew=if_new)

    def _try_to_send(self, operation: str, **arguments: object) -> None:
        try:
            self._send(operation, **arguments)
        except ConnectionError:
            # The tab is gone or hostile, and no caller waits for these commands.
            return

    def close(self) -> None:
        """End background tasks, drop open commands, and fail pending requests. Call this when the tab is gone."""
        super().close()
        self._ready.set()
        for future in self._waiting.values():
            # Fail it, but do not cancel it: the waiting task may belong to the app.
            if not future.done():
                future.set_exception(ConnectionError("The tab is gone."))
        self._waiting.clear()
        self._open.clear()
