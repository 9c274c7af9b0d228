"""One observable session for all its consumers, with the semantics of the v4 client's ``SessionProvider``.

Rule 1: the session has one of three states, and consumers share one fetch. An initial session is used without a fetch.
        The other tabs hear of it only if no page has told them before that the user is signed in, or signed out.
Rule 2: if a refetch fails, the last session stays until it expires. If the first fetch fails, the user is signed out.
        The clock of the device may be wrong, so it alone never ends a session that the server gave: the session is
        fetched again before the user is shown as signed out. If it seems to be over as soon as it arrives, the clock is
        wrong, and only the server can end it.
Rule 3: if two fetches overlap, the one that started last wins, so a late response cannot undo a sign-out.
"""

import time

from authwright.client.core.arguments import check_store, snake_case
from authwright.client.core.context import AUTHENTICATED, LOADING, UNAUTHENTICATED, session_context
from authwright.client.core.log import failed
from authwright.client.core.text import seconds_of
from authwright.client.core.timer import LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from authwright.client.core.api import Api
    from authwright.client.core.context import SessionContext, Status
    from authwright.client.core.ports import Off
    from authwright.types import Session

# Means "not passed". None means that the user is known to be signed out.
UNSET: "Final[Any]" = object()
# Seconds, for a session without a known end.
_NO_END = 10**12


class SessionStore:
    """An observable session.

    Args:
        api: The API that fetches the session.
        session: The session, if it is known already, or None if the user is signed out. If omitted, it is fetched.
        refetch_interval: Seconds between two fetches while the user is signed in. 0 turns polling off.
        refetch_on_window_focus: Fetch the session when the page becomes visible.
        refetch_when_offline: Continue polling while the device is offline.
        clock: Returns the seconds since the epoch.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """

    @snake_case
    def __init__(
        self,
        api: "Api",
        *,
        session: "Session | None" = UNSET,
        refetch_interval: "float" = 0,
        refetch_on_window_focus: "bool" = True,
        refetch_when_offline: "bool" = True,
        clock: "Callable[[], float]" = time.time,
    ) -> "None":
        check_store(None if session is UNSET else session, refetch_interval)
        self.api = api
        self._host = api.host
        self._interval = refetch_interval
        self._on_focus = refetch_on_window_focus
        self._when_offline = refetch_when_offline
        self._clock = clock
        self._known = session is not UNSET
        self._session = session if self._known else None
        # Whether the session can be over by the clock.
        self._clock_fits = self._seconds_left() > 0
        self._updating = False
        self._applied = 0
        self._consumers: list[list[Callable[[Any], object] | None]] = []
        self._offs: list[Off] = []
        self._poll: Off | None = None
        self._end: Off | None = None
        self._started = False

    # -- observing ------------------------------------------------------------------------------------------------

    @property
    def snapshot(self) -> "SessionContext":
        """The current session and its status."""
        loading = self._updating or not self._known
        status: Status = LOADING if loading else AUTHENTICATED if self._session else UNAUTHENTICATED
        return session_context(self._session, status, self.update)

    def subscribe(self, consumer: "Callable[[Any], object]") -> "Off":
        """Call *consumer* with each new snapshot. Returns a function that unsubscribes."""
        entry: list[Callable[[Any], object] | None] = [consumer]
        self._consumers.append(entry)

        def off() -> "None":
            entry[0] = None
            if entry in self._consumers:
                self._consumers.remove(entry)

        return off

    def _set(self, session: "Session | None", *, updating: "bool" = False) -> "None":
        before = self.snapshot
        self._known, self._session, self._updating = True, session, updating
        self._watch_end()
        after = self.snapshot
        if before == after:
            return
        for entry in list(self._consumers):
            # An earlier consumer may have unsubscribed this one. (Searching the list would take quadratic time.)
            if not entry[0]:
                continue
            try:
                entry[0](after)
            except Exception as error:
                # The exception must not reach other consumers, or the sign-in or poll that changed the session.
                failed("CLIENT_CONSUMER_ERROR", "A subscriber", error)

    # -- life -----------------------------------------------------------------------------------------------------

    def start(self) -> "Off":
        """Start to fetch, to poll, and to listen to the page and its other tabs. Returns ``stop``."""
        if self._started:
            return self.stop
        self._started = True
        host = self._host
        self.api.on_change.append(self.refresh)
        self._offs = [
            host.on("storage", lambda: host.spawn(self.refresh())),
            host.on("online", self._watch_interval),
        ]
        if self._on_focus:
            self._offs.append(host.on("visible", lambda: host.spawn(self.refetch())))
        self._watch_interval()
        self._watch_end()
        if not self._known:
            host.spawn(self._fetch_first())
        elif self._seconds_left() <= 0:
            host.spawn(self.refresh())
        else:
            self.api.announce(bool(self._session))
        return self.stop

    def stop(self) -> "None":
        """Stop everything that ``start`` started."""
        self._started = False
        if self.refresh in self.api.on_change:
            self.api.on_change.remove(self.refresh)
        self._offs += [off for off in (self._poll, self._end) if off]
        for off in self._offs:
            off()
        self._offs, self._poll, self._end = [], None, None

    def _watch_interval(self) -> "None":
        polls = self._interval > 0 and (self._when_offline or self._host.online)
        if polls and not self._poll:
            self._poll = self.api.polling.every(self._interval, lambda: self._host.spawn(self.refetch()))
        elif self._poll and not polls:
            self._poll()
            self._poll = None

    def _watch_end(self) -> "None":
        if self._end:
            self._end()
            self._end = None
        left = self._seconds_left()
        if self._started and 0 < left < _NO_END:
            self._end = self._host.every(min(left + 0.05, LONGEST), self._at_end)

    def _at_end(self) -> "None":
        self._watch_end()
        if self.seems_over:
            self._host.spawn(self.refresh())

    def _seconds_left(self) -> "float":
        end = seconds_of(self._session.get("expires")) if self._session else None
        return _NO_END if end is None else end - self._clock()

    @property
    def seems_over(self) -> "bool":
        """Whether the session has expired, by a clock that seemed right when the session arrived."""
        return self._clock_fits and self._seconds_left() <= 0

    # -- fetching -------------------------------------------------------------------------------------------------

    async def refresh(self) -> "None":
        """Fetch the session because it has changed. Does not tell the other tabs (v4's event ``storage``)."""
        await self._fetch()

    async def refetch(self) -> "None":
        """Fetch the session again unless the user is signed out (v4's event ``poll``).

        A signed-out page does not poll: if the user signs in elsewhere, it gets a message.
        """
        if not self._known or self._session:
            await self.api.polling.read(self._take)

    async def _fetch(self) -> "bool":
        number = self.api.begin()
        reached, session = await self.api.read("session")
        self._take(number, reached, session)
        return reached

    async def _fetch_first(self) -> "None":
        if await self._fetch():
            self.api.tell_tabs("getSession")

    def _take(self, number: "int", reached: "bool", session: "Session | None") -> "None":
        if number < self._applied:
            return
        self._applied = number
        if reached:
            self._receive(session, updating=self._updating)
        elif not self._known or self.seems_over:
            self._set(None)

    def _receive(self, session: "Session | None", *, updating: "bool" = False) -> "None":
        self._set(session or None, updating=updating)
        self._clock_fits = self._seconds_left() > 0

    async def update(self, data: "object" = UNSET) -> "Session | None":
        """Update the session on the server with *data*, or fetch it again if *data* is omitted.

        All consumers and tabs get the new session.

        Returns:
            The new session. None, without any effect, while the session is loading, if the user is signed out, or if
            the server refuses the update.

        See https://next-auth.js.org/getting-started/client#updating-the-session.
        """
        if self._updating or not self._known or not self._session:
            return None
        self._set(self._session, updating=True)
        try:
            body: dict[str, object] = {"csrfToken": await self.api.get_csrf_token()}
            if data is not UNSET:
                body["data"] = data
            number = self.api.begin()
            reached, session = await self.api.read("session", body)
        except BaseException:
            self._set(self._session)
            raise
        if not reached or number < self._applied:
            self._set(self._session)
            return None
        self._applied = number
        self._receive(session)
        self.api.tell_tabs("getSession")
        return session or None
