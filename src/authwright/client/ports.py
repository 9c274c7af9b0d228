"""The two ports that the client's core stands on; each place where Python runs brings its own.

For type checkers and readers alone: MicroPython knows no Protocol, so nothing here is imported at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal, Protocol, TypeAlias

Off: TypeAlias = Callable[[], object]
HostEvent: TypeAlias = Literal["storage", "visible", "online"]


class Transport(Protocol):
    """How requests reach the server, with the browser's cookies or a jar of one's own."""

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        """The status, and the body where it is JSON, else None. Raises any exception where nobody answered."""


class Host(Protocol):
    """Where the program runs: a page of a browser, or a process that has none."""

    @property
    def online(self) -> bool:
        """Whether the device says that it has a network."""

    async def here(self) -> str:
        """The page's address: where a flow ends unless its caller says otherwise."""

    def navigate(self, url: str) -> None:
        """Go to *url*; where it has a hash, the page is loaded anew. Only http, https and paths ever reach this."""

    def post(self, message: Mapping[str, Any]) -> None:
        """Tell the other tabs: store *message* as JSON under ``nextauth.message``."""

    def on(self, event: HostEvent, callback: Callable[[], object]) -> Off:
        """Call *callback* when another tab posts a session message (``storage``), the page comes to the front
        (``visible``), or ``online`` has changed; the answer ends that."""

    def every(self, seconds: float, callback: Callable[[], object]) -> Off:
        """Call *callback* every so many *seconds*; the answer ends that."""

    def spawn(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Run *coroutine* in the background, kept from the garbage collector until it ends."""
