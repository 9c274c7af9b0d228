"""The part of a NiceGUI page that a consumer of the session belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import context, ui

from authwright.client.core.required import Consumers
from authwright.client.nicegui.page import NiceGUIPage

if TYPE_CHECKING:
    from authwright.client.core.ports import Off
    from authwright.client.core.required import Guarded
    from authwright.client.nicegui.session import PageSession


class Scope(ui.element):
    """An invisible element. It is deleted when its container is refreshed, cleared or deleted, and ends its consumers.

    NiceGUI's timers end in the same way. Without this, each ``refresh()`` of a refreshable function that calls
    ``use_session`` would leave a consumer until the page is closed. Consumers that are equal are kept once, because
    event handlers and timers call ``use_session`` again and again in one container.
    """

    def __init__(self, page: NiceGUIPage) -> None:
        super().__init__("div")
        self.style("display: none")
        self.sessions: dict[bool, PageSession] = {}
        self.guards: list[Guarded] = []
        self.required: Consumers = Consumers(page.store, lambda hook: page.call("on_unauthenticated", hook))
        self._offs: list[Off] = [self.required.stop]

    def add(self, off: Off) -> Off:
        """Call *off* when this scope ends. Returns a function that calls it now."""
        self._offs.append(off)

        def end() -> None:
            if off in self._offs:
                self._offs.remove(off)
            off()

        return end

    def _handle_delete(self) -> None:
        for off in self._offs:
            off()
        self._offs.clear()
        super()._handle_delete()


def current_scope(page: NiceGUIPage) -> Scope:
    """Return the scope of the container that elements are being added to."""
    # The handler of a button may have deleted the container that it runs in. Nothing else would end a scope there.
    slot = page.client.content.default_slot if context.slot.parent.is_deleted else context.slot
    for child in slot.children:
        if isinstance(child, Scope):
            return child
    with slot:
        return Scope(page)


def in_sub_page() -> bool:
    """Return whether elements are being added to a view of ``ui.sub_pages``."""
    container = context.slot.parent
    return any(isinstance(one, ui.sub_pages) for one in container.ancestors(include_self=True))
