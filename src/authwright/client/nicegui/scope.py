"""The part of a NiceGUI page that a consumer of the session belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import context, ui

if TYPE_CHECKING:
    from authwright.client.core.ports import Off


class Scope(ui.element):
    """An invisible element. It is deleted when its container is refreshed, cleared or deleted, and ends its consumers.

    NiceGUI's timers end in the same way. Without this, each ``refresh()`` of a refreshable function that calls
    ``use_session`` would leave a consumer until the page is closed.
    """

    def __init__(self) -> None:
        super().__init__("div")
        self.style("display: none")
        self._offs: list[Off] = []

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


def current_scope() -> Scope:
    """Return the scope of the container that elements are being added to."""
    for child in context.slot.children:
        if isinstance(child, Scope):
            return child
    return Scope()


def in_sub_page() -> bool:
    """Return whether elements are being added to a view of ``ui.sub_pages``."""
    container = context.slot.parent
    return any(isinstance(one, ui.sub_pages) for one in container.ancestors(include_self=True))
