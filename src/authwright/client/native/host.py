"""The host of a native process, which has no page: it passes URLs to visit to a callback."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.core.loop_host import LoopHost

if TYPE_CHECKING:
    from authwright.client.core.ports import Off


class NativeHost(LoopHost):
    """The port *Host* of a native process. The program reports what a browser would notice itself.

    Args:
        origin: The site's origin, the default callback URL.
    """

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.online: bool = True
        self.visible: bool = True
        self.on_navigate: Callable[[str], object] | None = None
        self._origin = origin

    def set_online(self, online: bool) -> None:
        """Report whether the device is online. With ``refetch_when_offline=False`` polling stops while it is not."""
        if online != self.online:
            self.online = online
            self._tell("online")

    def set_visible(self, visible: bool) -> None:
        """Report whether the program is visible. The session is fetched again when it becomes visible."""
        came = visible and not self.visible
        self.visible = visible
        if came:
            self._tell("visible")

    async def here(self) -> str:
        return self._origin

    def navigate(self, url: str) -> None:
        result: Any = self.on_navigate(url) if self.on_navigate else None
        if hasattr(result, "send"):
            self.spawn(result)

    def post(self, message: Mapping[str, Any] | None, signed_in: bool | None = None, if_new: bool = False) -> None:
        """Do nothing: a process has no other tabs, and its own providers update by themselves."""

    async def aclose(self) -> None:
        """End the timers and tasks, and wait until the tasks have ended."""
        self.close()
        await self.wait()


class SynchronousHost(NativeHost):
    """A host without an event loop: it has no timers, and ``spawn`` runs a coroutine at once."""

    def every(self, seconds: float, callback: Callable[[], object]) -> Off:
        return _nothing

    def spawn(self, coroutine: Any) -> object:
        return run(coroutine)


def run(coroutine: Any) -> Any:
    """Run *coroutine*, whose ports never wait, and return its result."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise RuntimeError("The transport of a synchronous client had to wait. Use AsyncAuthClient instead.")


def _nothing() -> None:
    """Do nothing: there is no timer to stop."""
