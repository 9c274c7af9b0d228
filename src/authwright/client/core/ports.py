"""The two ports of the client's core, *Transport* and *Host*. Each environment implements them.

This module is for type checkers and readers only: MicroPython has no Protocol, so nothing here is imported at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal, Protocol, TypeAlias

Off: TypeAlias = Callable[[], object]
HostEvent: TypeAlias = Literal["storage", "visible", "online"]


class Transport(Protocol):
    """Sends requests to the server, with the browser's cookies or its own cookie jar."""

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> tuple[int, Any]:
        """Send a request.

        Returns:
            The HTTP status, and the parsed body, or None if the body is not JSON.

        Raises:
            Exception: There is no response.
        """


class Host(Protocol):
    """The environment that the program runs in: a page in a browser, or a process without a page."""

    @property
    def online(self) -> bool:
        """Whether the device reports that it is online."""

    async def here(self) -> str:
        """Return the page's URL, the default callback URL."""

    def navigate(self, url: str) -> None:
        """Go to *url*, and reload the page if *url* has a hash. The core passes only http and https URLs and paths."""

    def post(self, message: Mapping[str, Any] | None, signed_in: bool | None = None, if_new: bool = False) -> None:
        """Tell the other tabs: store *message* as JSON under ``nextauth.message``.

        Args:
            message: The message, or None to remember only *signed_in*.
            signed_in: Whether the user is signed in, to be remembered for all pages of this browser; None if unknown.
            if_new: Do nothing if *signed_in* is remembered already. A browser without a memory is signed out.
        """

    def on(self, event: HostEvent, callback: Callable[[], object]) -> Off:
        """Call *callback* at each *event*. Returns a function that unsubscribes.

        Args:
            event: ``storage``: another tab posted a session message. ``visible``: the page became visible.
                ``online``: the property ``online`` changed.
            callback: Called without arguments.
        """

    def every(self, seconds: float, callback: Callable[[], object]) -> Off:
        """Call *callback* every *seconds* seconds, at most a day. Returns a function that stops the timer."""

    def spawn(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Run *coroutine* in the background, and hold a reference to its task until it ends."""
