"""The client API for ReactPy 2: ``SessionProvider``, ``use_session``, ``use_auth`` and ``PageGuard``.

@component
def Profile():
    session, status, update = use_session(required=True)
    return html.p("Loading..." if status == "loading" else session["user"]["email"])

@component
def App():
    return SessionProvider(Profile(), auth=auth)

Rule 1: children are drawn once the session of the websocket's handshake is known, so none of them sees it loading.
Rule 2: after that only what the bridge accepts changes it.
Rule 3: what an app's own function raises is logged, and changes no session.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reactpy import (
    component,
    create_context,
    html,
    use_async_effect,
    use_context,
    use_effect,
    use_memo,
    use_ref,
    use_scope,
    use_state,
)
from reactpy.types import Component, Context, VdomDict

from authwright.client.context import SessionContext
from authwright.client.handshake import handshake_session
from authwright.client.log import warn
from authwright.client.reactpy_page import Page, Tab
from authwright.client.required import Required, check_guard, judge, shown
from authwright.client.store import UNSET, SessionStore

if TYPE_CHECKING:
    from authwright.auth import Auth
    from authwright.client.api import Api
    from authwright.client.required import Guarded
    from authwright.types import Session

__all__ = ["PageGuard", "SessionProvider", "use_auth", "use_session"]

_Store: Context[SessionStore | None] = create_context(None)


@dataclass(frozen=True, repr=False)
class _Options:
    """What a provider was given. Without a repr: ReactPy logs the arguments of a component that it cannot draw."""

    auth: Auth
    session: Session | None
    refetch_interval: float
    refetch_on_window_focus: bool
    refetch_when_offline: bool
    base_path: str


def SessionProvider(  # noqa: N802
    *children: Any,
    auth: Auth,
    session: Session | None = UNSET,
    refetch_interval: float = 0,
    refetch_on_window_focus: bool = True,
    refetch_when_offline: bool = True,
    base_path: str | None = None,
    key: str | int | None = None,
) -> Component:
    """Give *children*, and all that they draw, the session. What it is given first counts until it is unmounted.

    Args:
        children: Components, elements or text.
        auth: The auth server, in this process.
        session: The session where it is known already, None where nobody is signed in; left out, it is read from the
            cookies of the websocket's handshake.
        refetch_interval: Seconds between two fetches while somebody is signed in; 0 for none.
        refetch_on_window_focus: Fetch it when the page comes to the front.
        refetch_when_offline: Go on fetching it by interval while the device is offline.
        base_path: The path of the REST API, as the browser reaches it; that of *auth* unless given.
        key: ReactPy's key of the component.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """
    path = auth.base_path if base_path is None else base_path
    options = _Options(auth, session, refetch_interval, refetch_on_window_focus, refetch_when_offline, path.rstrip("/"))
    return _Provider(children, options, key=key)


@component
def _Provider(children: tuple[Any, ...], options: _Options) -> VdomDict:  # noqa: N802
    page = use_memo(lambda: Page(options.auth, options.base_path), [])
    known, set_known = use_state((options.session,) if options.session is not UNSET else ())
    scope: Any = use_scope()

    @use_async_effect(dependencies=[])
    async def ask() -> None:
        if not known:
            set_known((await _session_of(options.auth, scope),))

    def build() -> SessionStore | None:
        if not known:
            return None
        return SessionStore(
            page.api,
            session=known[0],
            refetch_interval=options.refetch_interval,
            refetch_on_window_focus=options.refetch_on_window_focus,
            refetch_when_offline=options.refetch_when_offline,
        )

    store = use_memo(build, [bool(known)])

    @use_effect(dependencies=[store])
    def live() -> Callable[[], None] | None:
        if store is None:
            return None
        store.start()
        return store.stop

    @use_effect(dependencies=[])
    def end() -> Callable[[], None]:
        return page.close

    return html(Tab(page), _Store(*children, value=store) if store else None)


async def _session_of(auth: Auth, scope: Any) -> Session | None:
    try:
        return await handshake_session(auth, scope)
    except Exception as error:
        # A database or a callback of the app's. The tab asks again, and the server's own log then says it all.
        warn("CLIENT_SESSION_ERROR", f"The handshake's session cannot be read: {type(error).__name__}.")
        return UNSET  # type: ignore[no-any-return]


def use_session(required: bool = False, on_unauthenticated: Callable[[], object] | None = None) -> SessionContext:
    """The session now: ``data, status, update``, as attributes or unpacked. The component is drawn anew as it changes.

    Args:
        required: Never show ``unauthenticated``: the status stays ``loading`` while the tab goes to the sign-in page,
            from which it comes back here.
        on_unauthenticated: Called instead, ``def`` or ``async def``, once for each change to unauthenticated.

    Raises:
        RuntimeError: There is no ``SessionProvider`` around the component.

    See https://next-auth.js.org/getting-started/client#usesession.
    """
    store = _use_store("use_session")
    latest = use_ref(on_unauthenticated)
    latest.current = on_unauthenticated
    _, set_seen = use_state(store.snapshot)

    @use_effect(dependencies=[store, required])
    def follow() -> Callable[[], None]:
        set_seen(store.snapshot)
        off = store.subscribe(set_seen)
        watching = Required(store)
        if required:
            watching.watch(lambda: _act(store.api, latest.current))

        def end() -> None:
            watching.stop()
            off()

        return end

    return shown(store.snapshot) if required else store.snapshot


async def _act(api: Api, on_unauthenticated: Callable[[], object] | None) -> None:
    if on_unauthenticated is None:
        await api.require()
        return
    try:
        answer = on_unauthenticated()
        if inspect.isawaitable(answer):
            await answer
    except Exception:
        # With its traceback, as ReactPy logs what an event handler raises.
        logging.getLogger("authwright.client").exception("on_unauthenticated failed")


def use_auth() -> Api:
    """The client API of this page: ``sign_in``, ``sign_out``, ``get_session``, ``get_csrf_token``, ``get_providers``.

    All are to be awaited, in an event handler or an effect. Until they answer, what was typed in is on its way through
    the tab, and is kept nowhere.

    Raises:
        RuntimeError: There is no ``SessionProvider`` around the component.

    See https://next-auth.js.org/getting-started/client#signin.
    """
    return _use_store("use_auth").api


def PageGuard(*children: Any, auth: Guarded = True, key: str | int | None = None) -> Component:  # noqa: N802
    """Draw *children* only for those who may see them; send others to the sign-in page.

    Args:
        children: Components, elements or text. Components are not even called for others.
        auth: True asks for a session. A mapping asks for more: ``role``, which must equal the session's ``user.role``;
            ``loading``, what to draw until that is known; ``unauthorized``, the URL where those of another role go.
            False asks for nothing.
        key: ReactPy's key of the component.

    Raises:
        ValueError: *auth* has another key: a misspelt ``role`` would let everybody in.

    See https://next-auth.js.org/getting-started/client#custom-client-session-handling.
    """
    check_guard(auth)
    return _Guard(children, auth, key=key)


@component
def _Guard(children: tuple[Any, ...], auth: Guarded) -> VdomDict:  # noqa: N802
    store = _use_store("PageGuard")
    verdict = judge(auth, use_session(required=bool(auth)))
    told = {} if isinstance(auth, bool) else auth
    elsewhere = told.get("unauthorized") if verdict == "unauthorized" else None

    @use_effect(dependencies=[elsewhere])
    def leave() -> None:
        if elsewhere:
            store.api.go(elsewhere)

    if verdict == "allowed":
        return html(*children)
    if verdict == "loading":
        return html(told.get("loading"))
    return html(None if elsewhere else html.p("You may not do this."))


def _use_store(asking: str) -> SessionStore:
    store = use_context(_Store)
    if store is None:
        raise RuntimeError(f"{asking} needs a SessionProvider around it: SessionProvider(YourPage(), auth=auth).")
    return store
