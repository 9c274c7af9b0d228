"""The client API for ReactPy 2: ``SessionProvider``, ``use_session``, ``use_auth`` and ``PageGuard``.

@component
def Profile():
    session, status, update = use_session(required=True)
    return html.p("Loading..." if status == "loading" else session["user"]["email"])

@component
def App():
    return SessionProvider(Profile(), auth=auth)

Rule 1: children are rendered after the session of the WebSocket handshake is known, so they do not see it loading.
Rule 2: after that only the bridge can change the session.
Rule 3: an exception in one of the app's functions is logged, and does not change the session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

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

from authwright.client.bridge.handshake import handshake_session
from authwright.client.bridge.hooks import call_hook
from authwright.client.core.arguments import snake_case
from authwright.client.core.log import warn
from authwright.client.core.required import Required, check_guard, check_required, judge, shown
from authwright.client.core.store import UNSET, SessionStore
from authwright.client.core.text import ascii_path
from authwright.client.reactpy.actions import handler
from authwright.client.reactpy.page import ReactPyPage, Tab

if TYPE_CHECKING:
    from authwright.client.bridge.auth_server import AuthServer
    from authwright.client.core.api import Api
    from authwright.client.core.context import SessionContext
    from authwright.client.core.required import Guarded
    from authwright.client.core.session_types import RequiredSessionContext
    from authwright.types import AnySession, Session

__all__ = ["PageGuard", "SessionProvider", "use_auth", "use_session"]

_Store: Context[SessionStore | None] = create_context(None)


@dataclass(frozen=True, repr=False)
class _Options:
    """The arguments of a provider. It has no repr, because ReactPy logs the arguments of a component that fails."""

    auth: AuthServer[Any]
    session: Session | None
    refetch_interval: float
    refetch_on_window_focus: bool
    refetch_when_offline: bool
    base_path: str | None


@snake_case
def SessionProvider(  # noqa: N802
    *children: Any,
    auth: AuthServer[Any],
    session: Session | None = UNSET,
    refetch_interval: float = 0,
    refetch_on_window_focus: bool = True,
    refetch_when_offline: bool = True,
    base_path: str | None = None,
    key: str | int | None = None,
) -> Component:
    """Provide the session to *children* and all components below them.

    The options of the first render apply until the provider is unmounted.

    Args:
        children: Components, elements or text.
        auth: The auth server, in this process.
        session: The session, if it is known already, or None if the user is signed out. If omitted, it is read from the
            cookies of the WebSocket handshake.
        refetch_interval: Seconds between two fetches while the user is signed in. 0 turns polling off.
        refetch_on_window_focus: Fetch the session when the page becomes visible.
        refetch_when_offline: Continue polling while the device is offline.
        base_path: The path of the REST API, as the browser sees it. Default: the path of *auth* for this page.
        key: ReactPy's key of the component.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """
    options = _Options(auth, session, refetch_interval, refetch_on_window_focus, refetch_when_offline, base_path)
    return _Provider(children, options, key=key)


@component
def _Provider(children: tuple[Any, ...], options: _Options) -> VdomDict:  # noqa: N802
    scope: Any = use_scope()
    page = use_memo(lambda: ReactPyPage(options.auth, _base_path(options, scope)), [])
    known, set_known = use_state((options.session,) if options.session is not UNSET else ())

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


def _base_path(options: _Options, scope: Any) -> str:
    given = options.base_path
    path = options.auth.base_path_of(scope) if given is None else ascii_path(given)
    return path.rstrip("/")


async def _session_of(auth: AuthServer[Any], scope: Any) -> Session | None:
    try:
        return await handshake_session(auth, scope)
    except Exception as error:
        # The database or one of the app's callbacks failed. The tab fetches the session again, and if that fails too,
        # the server logs the details.
        warn("CLIENT_SESSION_ERROR", f"The session of the handshake cannot be read: {type(error).__name__}.")
        return UNSET  # type: ignore[no-any-return]


@overload
def use_session(
    required: Literal[True],
    on_unauthenticated: Callable[[], object] | None = ...,
    *,
    session_type: type[AnySession] = ...,
) -> RequiredSessionContext[AnySession]: ...
@overload
def use_session(
    required: bool = ...,
    on_unauthenticated: Callable[[], object] | None = ...,
    *,
    session_type: type[AnySession] = ...,
) -> SessionContext[AnySession]: ...
@snake_case
def use_session(
    required: bool = False,
    on_unauthenticated: Callable[[], object] | None = None,
    *,
    session_type: type[Any] | None = None,
) -> Any:
    """Return the current session: ``data, status, update``, as attributes or unpacked.

    The component is rendered again when the session changes.

    Args:
        required: Require a session: without one the status is ``loading``, and the tab goes to the sign-in page, which
            returns here.
        on_unauthenticated: A function, ``def`` or ``async def``, that is called instead of going to the sign-in page,
            once for each change to unauthenticated.
        session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

    Raises:
        ConfigurationError: *required* is not a bool.
        RuntimeError: There is no ``SessionProvider`` around the component.

    See https://next-auth.js.org/getting-started/client#usesession.
    """
    check_required(required)
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

    context = store.snapshot
    context.update = handler(context.update)
    return shown(context) if required else context


async def _act(api: Api, on_unauthenticated: Callable[[], object] | None) -> None:
    if on_unauthenticated is None:
        await api.require()
        return
    running = call_hook("on_unauthenticated", on_unauthenticated)
    if running:
        await running


def use_auth() -> Api:
    """Return the page's client API: ``sign_in``, ``sign_out``, ``get_session``, ``get_csrf_token``, ``get_providers``.

    Await its methods in an event handler or an effect, or use them as event handlers: ``{"onClick": actions.sign_in}``
    ignores the event. A method starts when it is called, so ``lambda event: actions.sign_in("github")`` works too. What
    the user typed passes through the tab while a method runs, and is not stored.

    Raises:
        RuntimeError: There is no ``SessionProvider`` around the component.

    See https://next-auth.js.org/getting-started/client#signin.
    """
    return _use_store("use_auth").api


def PageGuard(*children: Any, auth: Guarded = True, key: str | int | None = None) -> Component:  # noqa: N802
    """Render *children* only for users who may see them. Anonymous visitors go to the sign-in page.

    Args:
        children: Components, elements or text. Components are not even called for other users.
        auth: True requires a session, False requires nothing. A mapping can require more: ``role`` is the required
            ``user.role``, ``loading`` is rendered until the session is known, and ``unauthorized`` is the URL for users
            with another role.
        key: ReactPy's key of the component.

    Raises:
        ConfigurationError: *auth* has an unknown key, or is neither a bool nor a mapping. (A misspelled ``role`` would
            let everyone in.)
        TypeError: The guard is among the children, where it would not be checked.

    See https://next-auth.js.org/getting-started/client#custom-client-session-handling.
    """
    check_guard(auth)
    for child in children:
        if isinstance(child, Mapping) and "tagName" not in child:
            raise TypeError("PageGuard needs the guard as a keyword. Write auth={...}.")
    return _Guard(children, auth, key=key)


@component
def _Guard(children: tuple[Any, ...], auth: Guarded) -> VdomDict:  # noqa: N802
    store = _use_store("PageGuard")
    verdict = judge(auth, use_session(required=auth is not False))
    rules = {} if isinstance(auth, bool) else auth
    elsewhere = rules.get("unauthorized") if verdict == "unauthorized" else None

    @use_effect(dependencies=[elsewhere])
    def leave() -> None:
        if elsewhere:
            store.api.go(elsewhere)

    if verdict == "allowed":
        return html(*children)
    if verdict == "loading":
        return html(rules.get("loading"))
    return html(None if elsewhere else html.p("You do not have permission to view this page."))


def _use_store(caller: str) -> SessionStore:
    store = use_context(_Store)
    if store is None:
        raise RuntimeError(
            f"{caller} needs a SessionProvider around its component, such as SessionProvider(YourPage(), auth=auth)."
        )
    return store
