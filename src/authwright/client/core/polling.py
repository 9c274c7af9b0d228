"""Shared polling for the stores of one client: one timer for each interval, one request for all concurrent polls."""

from authwright.client.core.timer import every

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from authwright.client.core.api import Api
    from authwright.client.core.ports import Off


class Polling:
    """The polls of all stores of *api*. They share the same cookies, so they all see the same session."""

    def __init__(self, api: "Api") -> "None":
        self._api = api
        self._polls: dict[float, list[Callable[[], object]]] = {}
        self._timers: dict[float, Off] = {}
        self._waiting: list[Callable[[int, bool, Any], object]] = []

    def every(self, seconds: "float", poll: "Callable[[], object]") -> "Off":
        """Call *poll* every *seconds* seconds. Returns a function that ends this.

        Polls with the same interval share a timer, so the first call may come sooner.
        """
        polls = self._polls.setdefault(seconds, [])
        polls.append(poll)
        if len(polls) == 1:
            self._timers[seconds] = every(self._api.host, seconds, lambda: self._tick(seconds))

        def off() -> "None":
            if poll not in polls:
                return
            polls.remove(poll)
            if not polls:
                self._polls.pop(seconds)
                self._timers.pop(seconds)()

        return off

    def _tick(self, seconds: "float") -> "None":
        for poll in list(self._polls.get(seconds, [])):
            poll()

    async def read(self, take: "Callable[[int, bool, Any], object]") -> "None":
        """Fetch the session, pass it to *take*, and tell the other tabs.

        A call during another fetch waits for its result instead of sending a second request.

        Args:
            take: Called with the sequence number of the fetch, whether it succeeded, and the session.
        """
        self._waiting.append(take)
        if len(self._waiting) > 1:
            return
        number = self._api.begin()
        try:
            reached, session = await self._api.read("session")
        finally:
            waiting, self._waiting = self._waiting, []
        for each in waiting:
            each(number, reached, session)
        if reached:
            self._api.tell_tabs("getSession")
