"""The host of a process that has no page: what the v4 client would show, it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from authwright.client.background import Background

if TYPE_CHECKING:
    from authwright.client.ports import HostEvent, Off


class NativeHost:
    """The port *Host* of a process: a program says what a browser would notice.

    Args:
        origin: Where flows end unless their caller says otherwise.
    """

    def __init__(self, origin: str) -> None:
        self.online = True
        self.visible = True
        self.on_navigate: Callable[[str], object] | None = None
        self._origin = origin
        self._background = Background()
        self._listeners: dict[str, list[Callable[[], object]]] = {"storage": [], "visible": [], "online": []}

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

    def on(self, event: HostEvent, callback: Callable[[], object]) -> Off:
        listeners = self._listeners[event]
        listeners.append(callback)

        def off() -> None:
            if callback in listeners:
                listeners.remove(callback)

        return off

    def every(self, seconds: float, callback: Callable[[], object]) -> Off:
        return self._background.every(seconds, callback)

    def spawn(self, coroutine: Any) -> object:
        return self._background.spawn(coroutine)

    async def aclose(self) -> None:
        """End what runs in the background, and wait until it has ended."""
        self._background.close()
        await self._background.wait()

    def _tell(self, event: str) -> None:
        for callback in list(self._listeners[event]):
            callback()


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
