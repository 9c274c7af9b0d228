"""The host of a process that has no page: what the v4 client would show, it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.loop_host import LoopHost

if TYPE_CHECKING:
    from authwright.client.ports import Off


class NativeHost(LoopHost):
    """The port *Host* of a process: a program says what a browser would notice.

    Args:
        origin: Where flows end unless their caller says otherwise.
    """

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.online = True
        self.visible = True
        self.on_navigate: Callable[[str], object] | None = None
        self._origin = origin

    def set_online(self, online: bool) -> None:
        """Say whether the device has a network: with ``refetch_when_offline=False`` polling follows it."""
        if online != self.online:
            self.online = online
            self._tell("online")

    def set_visible(self, visible: bool) -> None:
        """Say whether somebody looks at the program: at each change to that the session is fetched anew."""
        came = visible and not self.visible
        self.visible = visible
        if came:
            self._tell("visible")

    async def here(self) -> str:
        return self._origin

    def navigate(self, url: str) -> None:
        if self.on_navigate:
            self.on_navigate(url)

    def post(self, message: Mapping[str, Any]) -> None:
        """Nobody: a process has no other tabs, and its own providers hear by themselves."""

    async def aclose(self) -> None:
        """End what runs in the background, and wait until it has ended."""
        self.close()
        await self.wait()


class SynchronousHost(NativeHost):
    """The same where there is no event loop: nothing runs by itself, and what is spawned runs at once."""

    def every(self, seconds: float, callback: Callable[[], object]) -> Off:
        return _nothing

    def spawn(self, coroutine: Any) -> object:
        return run(coroutine)


def run(coroutine: Any) -> Any:
    """What *coroutine*, which stands on ports that never wait, answers."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise RuntimeError("A synchronous client's transport had to wait: use AsyncAuthClient.")


def _nothing() -> None:
    """No timer to end."""
