"""The base class of the asynchronous and the synchronous client: ``on_navigate``, and a repr without cookies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from authwright.client.native.arguments import check_callable

if TYPE_CHECKING:
    from authwright.client.core.api import Api
    from authwright.client.native.host import NativeHost


class NativeClient:
    """A client in a native process, which has no page to leave."""

    api: Api
    _host: NativeHost

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.api.base_url!r})"

    @property
    def on_navigate(self) -> Callable[[str], object] | None:
        """The function that is called with the URL when the v4 client would leave the page, or None."""
        return self._host.on_navigate

    @on_navigate.setter
    def on_navigate(self, callback: Callable[[str], object] | None) -> None:
        check_callable("on_navigate", callback)
        self._host.on_navigate = callback
