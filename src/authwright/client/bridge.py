"""The server's half of the bridge: a transport and a host whose work a browser's tab does (``bridge.js``).

For UI frameworks whose Python runs on the server. Cookies that are HttpOnly can only be set by an HTTP answer to the
browser itself, so the tab fetches, navigates and tells other tabs, as the store on the server asks it to.

Rule 1: what the tab says is never believed. It fetches the session with a nonce; the server's answer is a receipt,
        sealed over nonce, session and 30 seconds; only a valid receipt for a nonce that is still open is a session.
Rule 2: a command is forgotten once it is answered, and a password with it.
Rule 3: nothing that a tab sends raises. At worst a tab deceives itself.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeAlias

from authwright.client.loop_host import LoopHost
from authwright.client.text import is_navigable
from authwright.errors import InvalidToken

if TYPE_CHECKING:
    from authwright.types import Session

Command: TypeAlias = dict[str, Any]

_TIMEOUT = 20.0
# A tab that answers nothing, or one that keeps waking us, holds no more than this.
_OPEN_COMMANDS = 50
_URL_LIMIT = 8192


@cache
def bridge_script() -> str:
    """The tab's half: an ES module that exports ``createBridge(emit, {basePath})``."""
    return files("authwright.client").joinpath("bridge.js").read_text("utf-8")


class Bridge(LoopHost):
    """Both ports of one tab's store.

    Args:
        flush: Gets all commands that the tab has not answered yet, each time they change. Delivering one twice does no
            harm: their ``seq`` grows.
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
        self.online = True
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
        """Hand ``flush`` what the tab has not answered: at first, and where its connection was lost and is back."""
        self._flush(list(self._open.values()))

    # -- from the tab ---------------------------------------------------------------------------------------------

    def receive(self, message: object) -> None:
        """Take what the tab sent. What makes no sense is dropped."""
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
            # Before that each would wait for the tab, and nothing would bound their number.
            self._tell(kind)

    def _answered(self, message: Mapping[str, Any]) -> None:
        seq, status = message.get("seq"), message.get("status")
        if type(seq) is not int or self._open.pop(seq, None) is None:
            return
        waiting = self._waiting.pop(seq, None)
        if waiting and not waiting.done():
            # An HTTP status; 0 stands for no answer.
            valid = type(status) is int and 100 <= status <= 599
            waiting.set_result((status if valid else 0, message.get("json")))  # type: ignore[arg-type]
        self.deliver()

    # -- Transport ------------------------------------------------------------------------------------------------

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        """Have the tab fetch *url*. Raises ``ConnectionError`` where it does not, or where a receipt is refused."""
        if url == f"{self._base_path}/session":
            return await self._session(method, url, headers, body)
        return await self._fetch(method, url, headers, body)

    async def _session(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        nonce = secrets.token_hex(16)
        status, answer = await self._fetch(method, f"{url}?nonce={nonce}", headers, body)
        if not 200 <= status < 300:
            return status, None
        receipt = answer.get("receipt") if isinstance(answer, dict) else None
        if not isinstance(receipt, str):
            raise ConnectionError("The tab answered without a receipt.")
        try:
            return status, self._read_receipt(receipt, nonce) or {}
        except InvalidToken as error:
            raise ConnectionError(f"The tab's receipt was refused: {error.detail}") from None

    async def _fetch(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        future: asyncio.Future[tuple[int, Any]] = asyncio.get_running_loop().create_future()
        seq = 0
        try:
            async with asyncio.timeout(_TIMEOUT):
                await self._ready.wait()
                seq = self._send("fetch", method=method, url=url, headers=dict(headers), body=body)
                self._waiting[seq] = future
                status, answer = await future
        except TimeoutError:
            raise ConnectionError("The tab did not answer in time.") from None
        finally:
            if self._waiting.pop(seq, None) and self._open.pop(seq, None):
                self.deliver()
        if status == 0:
            raise ConnectionError("The tab could not reach the server.")
        return status, answer

    def _send(self, operation: str, **arguments: object) -> int:
        if self._closed:
            raise ConnectionError("The tab is gone.")
        if len(self._open) >= _OPEN_COMMANDS:
            raise ConnectionError("The tab leaves its commands unanswered.")
        self._seq += 1
        self._open[self._seq] = {"seq": self._seq, "op": operation, **arguments}
        self.deliver()
        return self._seq

    # -- Host -----------------------------------------------------------------------------------------------------

    async def here(self) -> str:
        """The tab's address, as it says; the root until it says anything within 20 seconds."""
        try:
            await asyncio.wait_for(self._ready.wait(), _TIMEOUT)
        except TimeoutError:
            return "/"
        return self._href

    def navigate(self, url: str) -> None:
        if is_navigable(url):
            self._try_to_send("navigate", url=url)

    def post(self, message: Mapping[str, Any]) -> None:
        self._try_to_send("post", message=dict(message))

    def _try_to_send(self, operation: str, **arguments: object) -> None:
        try:
            self._send(operation, **arguments)
        except ConnectionError:
            # Nobody waits for these, and the tab is gone or hostile.
            return

    def close(self) -> None:
        """The tab is gone: end what runs, forget what is open, and let nobody wait for it."""
        super().close()
        self._ready.set()
        for future in self._waiting.values():
            # Not cancelled: who waits may be an app's task, which is not ours to end.
            if not future.done():
                future.set_exception(ConnectionError("The tab is gone."))
        self._waiting.clear()
        self._open.clear()
