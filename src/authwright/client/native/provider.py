"""``SessionProvider`` for a native process: one session, shared by all consumers in the process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, overload

from authwright.client.core.arguments import snake_case
from authwright.client.core.context import session_context
from authwright.client.core.required import Consumers, shown
from authwright.client.core.store import UNSET, SessionStore
from authwright.client.native.asynchronous import AsyncAuthClient
from authwright.client.native.host import NativeHost, run
from authwright.client.native.synchronous import AuthClient

if TYPE_CHECKING:
    # PEP 696 (Python 3.13): plain SessionProvider, without a parameter, is the asynchronous one.
    from typing_extensions import TypeVar

    from authwright.client.core.context import SessionContext
    from authwright.client.core.ports import Off
    from authwright.client.core.session_types import (
        Consumer,
        RequiredSessionContext,
        RequiredSyncSessionContext,
        SyncConsumer,
        SyncSessionContext,
    )
    from authwright.types import AnySession, Session

    Client = TypeVar("Client", AsyncAuthClient, AuthClient, default=AsyncAuthClient)
else:
    from typing import TypeVar

    Client = TypeVar("Client", AsyncAuthClient, AuthClient)


class SessionProvider(Generic[Client]):
    """An observable session.

    ``async with`` fetches and polls in the background. ``with``, over ``AuthClient``, fetches when ``use_session`` is
    called and a fetch is due.

    Args:
        client: The client whose session to observe.
        session: The session, if it is known already, or None if the user is signed out. If omitted, it is fetched.
        refetch_interval: Seconds between two fetches while the user is signed in. 0 turns polling off.
        refetch_on_window_focus: Fetch the session when ``host.set_visible(True)`` reports that the program is visible
            again.
        refetch_when_offline: Continue polling after ``host.set_online(False)``.

    Raises:
        TypeError: An argument has the wrong type.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """

    @snake_case
    def __init__(
        self,
        client: Client,
        *,
        session: Session | None = UNSET,
        refetch_interval: float = 0,
        refetch_on_window_focus: bool = True,
        refetch_when_offline: bool = True,
    ) -> None:
        if not isinstance(client, (AsyncAuthClient, AuthClient)):
            given = client.__name__ if isinstance(client, type) else type(client).__name__
            raise TypeError(f"SessionProvider takes an AsyncAuthClient or an AuthClient, not {given}.")
        self.store: SessionStore = SessionStore(
            client.api,
            session=session,
            refetch_interval=refetch_interval,
            refetch_on_window_focus=refetch_on_window_focus,
            refetch_when_offline=refetch_when_offline,
        )
        self._synchronous = isinstance(client, AuthClient)
        self._interval = refetch_interval
        self._when_offline = refetch_when_offline
        self._fetched = time.monotonic()
        self._required = Consumers(self.store)
        self._entered = False
        self._subscriptions: set[Off] = set()

    async def __aenter__(self) -> SessionProvider[Client]:
        if self._synchronous:
            raise TypeError("Enter a SessionProvider over AuthClient with `with`, not with `async with`.")
        self._entered = True
        self.store.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop()

    def __enter__(self) -> SessionProvider[Client]:
        if not self._synchronous:
            raise TypeError("Enter a SessionProvider over AsyncAuthClient with `async with`, not with `with`.")
        self._entered = True
        self.store.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _stop(self) -> None:
        self._required.stop()
        self.store.stop()
        # A running fetch may still complete, but subscribers are no longer called.
        for off in list(self._subscriptions):
            off()

    @property
    def host(self) -> NativeHost:
        """The host, for reporting what a browser would notice itself: ``set_online`` and ``set_visible``."""
        host = self.store.api.host
        assert isinstance(host, NativeHost)
        return host

    @overload
    def use_session(
        self: SessionProvider[AuthClient],
        required: Literal[True],
        on_unauthenticated: Callable[[], object] | None = ...,
        *,
        session_type: type[AnySession] = ...,
    ) -> RequiredSyncSessionContext[AnySession]: ...

    @overload
    def use_session(
        self: SessionProvider[AuthClient],
        required: bool = ...,
        on_unauthenticated: Callable[[], object] | None = ...,
        *,
        session_type: type[AnySession] = ...,
    ) -> SyncSessionContext[AnySession]: ...

    @overload
    def use_session(
        self: SessionProvider[AsyncAuthClient],
        required: Literal[True],
        on_unauthenticated: Callable[[], object] | None = ...,
        *,
        session_type: type[AnySession] = ...,
    ) -> RequiredSessionContext[AnySession]: ...

    @overload
    def use_session(
        self: SessionProvider[AsyncAuthClient],
        required: bool = ...,
        on_unauthenticated: Callable[[], object] | None = ...,
        *,
        session_type: type[AnySession] = ...,
    ) -> SessionContext[AnySession]: ...

    @snake_case
    def use_session(
        self,
        required: bool = False,
        on_unauthenticated: Callable[[], object] | None = None,
        *,
        session_type: type[Any] | None = None,
    ) -> Any:
        """Return the current session: ``data, status, update``.

        Args:
            required: Require a session: without one the status is ``loading``, and the client navigates to the sign-in
                page (``on_navigate``).
            on_unauthenticated: Called instead of navigating, once for each change to unauthenticated. Each function
                that is passed is called; a new function with the same code and values counts as the same.
            session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

        Raises:
            TypeError: The provider was never entered, so it has no session.

        See https://next-auth.js.org/getting-started/client#usesession.
        """
        if not self._entered:
            block = "with" if self._synchronous else "async with"
            raise TypeError(f"Enter the SessionProvider first: {block} SessionProvider(client) as provider.")
        if self._synchronous:
            self._fetch_when_due()
        if required:
            self._required.watch(on_unauthenticated)
        context = self._as_seen(self.store.snapshot)
        return shown(context) if required else context

    @overload
    def subscribe(self: SessionProvider[AuthClient], callback: SyncConsumer[AnySession]) -> Off: ...

    @overload
    def subscribe(self: SessionProvider[AsyncAuthClient], callback: Consumer[AnySession]) -> Off: ...

    def subscribe(self, callback: Callable[[Any], object]) -> Off:
        """Call *callback* with each new ``SessionContext``.

        Returns:
            A function that unsubscribes. Leaving the ``with`` block unsubscribes too.
        """
        unsubscribe = self.store.subscribe(lambda context: callback(self._as_seen(context)))

        def off() -> None:
            unsubscribe()
            self._subscriptions.discard(off)

        self._subscriptions.add(off)
        return off

    def _as_seen(self, context: SessionContext) -> Any:
        if not self._synchronous:
            return context
        update: Any = self._update
        return session_context(context.data, context.status, update)

    def _update(self, data: object = UNSET) -> Session | None:
        session: Session | None = run(self.store.update(data))
        return session

    def _fetch_when_due(self) -> None:
        if self.store.seems_over:
            run(self.store.refresh())
        online: Any = self.store.api.host.online
        due = self._interval > 0 and time.monotonic() - self._fetched >= self._interval
        if due and (online or self._when_offline):
            self._fetched = time.monotonic()
            run(self.store.refetch())
