"""The client API for NiceGUI 3: a bindable session, known while the page is built and kept in sync with other tabs.

@ui.page("/profile")
async def profile(request: Request) -> None:
    session = await session_provider(request, auth=auth, required=True)
    ui.label().bind_text_from(session, "user", lambda user: user.get("name"))
    ui.button("Sign out", on_click=lambda: sign_out(redirect=False))

Rule 1: the session is read from the cookies of the page's own request. If a page requires a session and the user has
        none, or not the required role, the request ends before anything is built. If the page forgot to await that,
        it is not sent.
Rule 2: after that only the bridge can change the session. NiceGUI's socket accepts any Origin, so a message on it
        proves nothing, and neither does a client's id.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from nicegui import context
from nicegui.binding import BindableProperty
from nicegui.events import EventArguments
from starlette.requests import Request

from authwright.client.core.arguments import snake_case
from authwright.client.core.handlers import ignoring
from authwright.client.core.required import check_guard, check_required, shown
from authwright.client.core.store import UNSET
from authwright.client.nicegui.admission import admit
from authwright.client.nicegui.opening import Opening
from authwright.client.nicegui.page import PAGES, NiceGUIPage
from authwright.client.nicegui.scope import Scope, current_scope, in_sub_page
from authwright.types import SessionT

if TYPE_CHECKING:
    from typing_extensions import TypeVar as DefaultTypeVar

    from authwright.client.bridge.auth_server import AuthServer
    from authwright.client.core.context import SessionContext, SignInResult, Status
    from authwright.client.core.ports import Off
    from authwright.client.core.required import Guarded
    from authwright.client.core.session_types import RequiredStatus
    from authwright.types import AnySession, Session

__all__ = [
    "PageSession",
    "get_csrf_token",
    "get_providers",
    "get_session",
    "session_provider",
    "sign_in",
    "sign_out",
    "use_session",
]

_handler = ignoring(lambda argument: isinstance(argument, EventArguments))
if TYPE_CHECKING:
    StatusT = DefaultTypeVar("StatusT", bound=str, default=Status, covariant=True)
else:
    StatusT = TypeVar("StatusT")


class PageSession(Generic[SessionT, StatusT]):
    """The session of a page. ``status``, ``data`` and ``user`` can be bound to any NiceGUI element.

    ``status`` is ``loading``, ``authenticated`` or ``unauthenticated``. ``data`` is the session or None. ``user`` is
    the user of the session, or an empty dict without a session.

    ``PageSession[MySession]`` is the type with your own session. A page that requires a session has a type without the
    status ``unauthenticated``.

    See https://next-auth.js.org/getting-started/client#usesession.
    """

    if TYPE_CHECKING:
        status: StatusT
        data: SessionT | None
        user: Mapping[str, Any]
    else:
        status = BindableProperty()
        data = BindableProperty()
        user = BindableProperty()

        def __class_getitem__(cls, parameters):
            # Before Python 3.13 typing.Generic knows no default for the second parameter.
            return cls

    def __init__(self, page: NiceGUIPage, *, required: bool, scope: Scope | None = None) -> None:
        self._page = page
        self._required = required
        self._scope = scope
        self._apply(page.store.snapshot)
        self._follow(self._apply)

    def __repr__(self) -> str:
        return f"PageSession(status={self.status!r})"

    def _follow(self, consumer: Callable[[SessionContext], object]) -> Off:
        off = self._page.store.subscribe(consumer)
        return self._scope.add(off) if self._scope else off

    @_handler
    async def update(self, data: object = UNSET) -> SessionT | None:
        """Update the session on the server with *data*, or fetch it again if *data* is omitted.

        Returns:
            The new session. None if there is no session, or if the server refuses the update.
        """
        updated: Any = await self._page.store.update(data)
        return updated  # type: ignore[no-any-return]

    def subscribe(self, callback: Callable[[PageSession[SessionT, StatusT]], object]) -> Off:
        """Call *callback* with this object after each change, in the page's slot.

        This ends when the part of the page that called ``use_session`` is refreshed or deleted.

        Returns:
            A function that unsubscribes.
        """

        def consumer(_: SessionContext) -> None:
            self._page.call("subscribe", lambda: callback(self))

        return self._follow(consumer)

    def _apply(self, snapshot: SessionContext) -> None:
        seen: Any = shown(snapshot) if self._required else snapshot
        self.data = seen.data
        user = seen.data.get("user") if seen.data else None
        self.user = user if isinstance(user, dict) else {}
        # Set the status last: when a binding sees the new status, the data already matches it.
        self.status = seen.status


@overload
def session_provider(
    request: Request,
    *,
    auth: AuthServer[SessionT],
    session: Session | None = ...,
    refetch_interval: float = ...,
    refetch_on_window_focus: bool = ...,
    refetch_when_offline: bool = ...,
    required: Literal[True] | Mapping[str, Any],
) -> Awaitable[PageSession[SessionT, RequiredStatus]]: ...
@overload
def session_provider(
    request: Request,
    *,
    auth: AuthServer[SessionT],
    session: Session | None = ...,
    refetch_interval: float = ...,
    refetch_on_window_focus: bool = ...,
    refetch_when_offline: bool = ...,
    required: Guarded = ...,
) -> Awaitable[PageSession[SessionT]]: ...
@snake_case
def session_provider(
    request: Request,
    *,
    auth: AuthServer[Any],
    session: Session | None = UNSET,
    refetch_interval: float = 0,
    refetch_on_window_focus: bool = True,
    refetch_when_offline: bool = True,
    required: Guarded = False,
) -> Awaitable[PageSession[Any, Any]]:
    """Return the session of the page that is being built. Await it first in a ``@ui.page`` function.

    If the page does not await it, NiceGUI responds with 500 instead of the page. In a view of ``ui.sub_pages`` it needs
    no ``await``, because the page around the view has called it before.

    Args:
        request: The page's request.
        auth: The auth server, in this process.
        session: The session, if it is known already, or None if the user is signed out. If omitted, it is read from the
            request's cookies.
        refetch_interval: Seconds between two fetches while the user is signed in. 0 turns polling off.
        refetch_on_window_focus: Fetch the session when the page becomes visible.
        refetch_when_offline: Continue polling while the device is offline.
        required: True if the page requires a signed-in user, ``{"role": "admin", "unauthorized": "/url"}`` if it also
            requires a role. The page is not built for other users.

    Raises:
        HTTPException: A session is *required* and the user may not see the page. NiceGUI redirects an anonymous visitor
            to the sign-in page, and a user with another role to ``unauthorized``. Without that key the status is 403.
        RuntimeError: The page was already sent to the browser.
        ConfigurationError: *required* has an unknown key, or is neither a bool nor a mapping.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """
    check_guard(required)
    client = context.client
    page, sent = PAGES.get(client.id), client.has_socket_connection or in_sub_page()
    if sent and page is None:
        raise RuntimeError(
            "Call session_provider before the page is sent, that is, in the page's function, before client.connected() "
            "and before ui.sub_pages."
        )
    scope = current_scope(page) if page else None
    if sent and page:
        # Do this now and not when the result is awaited: a view that forgot to await it would be sent meanwhile.
        return Opening(session=_admitted(page, request, required, scope))

    async def read() -> PageSession:
        known = await auth.get_server_session(request) if session is UNSET else session
        if client.id not in PAGES:
            options = {
                "refetch_interval": refetch_interval,
                "refetch_on_window_focus": refetch_on_window_focus,
                "refetch_when_offline": refetch_when_offline,
            }
            PAGES[client.id] = NiceGUIPage(client, auth, known, options)
        return _admitted(PAGES[client.id], request, required, scope)

    opening = Opening(read)
    opening.hold_back(client)
    return opening


def _admitted(page: NiceGUIPage, request: Request, required: Guarded, scope: Scope | None) -> PageSession:
    if required is not False:
        admit(required, page, request)
    if scope is None:
        if required is not False:
            page.require(required)
        return PageSession(page, required=required is not False)
    if required is not False and required not in scope.guards:
        scope.guards.append(required)
        scope.add(page.require(required))
    return _session_in(scope, page, required is not False)


def _session_in(scope: Scope, page: NiceGUIPage, required: bool) -> PageSession:
    if required not in scope.sessions:
        scope.sessions[required] = PageSession(page, required=required, scope=scope)
    return scope.sessions[required]


@overload
def use_session(
    required: Literal[True],
    on_unauthenticated: Callable[[], object] | None = ...,
    *,
    session_type: type[AnySession] = ...,
) -> PageSession[AnySession, RequiredStatus]: ...
@overload
def use_session(
    required: bool = ...,
    on_unauthenticated: Callable[[], object] | None = ...,
    *,
    session_type: type[AnySession] = ...,
) -> PageSession[AnySession]: ...
@snake_case
def use_session(
    required: bool = False,
    on_unauthenticated: Callable[[], object] | None = None,
    *,
    session_type: type[Any] | None = None,
) -> PageSession[Any, Any]:
    """Return the session of the current page. Call ``session_provider`` on the page first.

    The result follows the session until the part of the page that called this is refreshed or deleted.

    Args:
        required: Show ``loading`` instead of ``unauthenticated``, and make the browser go to the sign-in page. (If the
            page must not even be built without a session, use ``session_provider(required=True)``.)
        on_unauthenticated: Called instead of going to the sign-in page, once for each change to unauthenticated.
        session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

    Raises:
        ConfigurationError: *required* is not a bool.
        RuntimeError: There is no page, or ``session_provider`` was not called on it.
    """
    check_required(required)
    page = _page()
    scope = current_scope(page)
    if required:
        scope.required.watch(on_unauthenticated)
    return _session_in(scope, page, required)


@_handler
async def sign_in(
    provider: str | None = None,
    *,
    callback_url: str | None = None,
    redirect: bool = True,
    authorization_params: Mapping[str, str] | str | None = None,
    link: bool = False,
    **fields: object,
) -> SignInResult:
    """Sign in with *provider* on the current page. See ``Api.sign_in``."""
    return await _page().api.sign_in(
        provider,
        callback_url=callback_url,
        redirect=redirect,
        authorization_params=authorization_params,
        link=link,
        **fields,
    )


@_handler
@snake_case
async def sign_out(
    *, callback_url: str | None = None, redirect: bool = True, federated: bool = False
) -> dict[str, Any]:
    """Sign out on the current page. If *redirect* is False, stay on the page. See ``Api.sign_out``."""
    return await _page().api.sign_out(callback_url=callback_url, redirect=redirect, federated=federated)


@_handler
async def get_session(broadcast: bool = True, *, session_type: type[AnySession] | None = None) -> AnySession | None:
    """Fetch the session through the page's browser. See ``Api.get_session``."""
    return await _page().api.get_session(broadcast, session_type=session_type)


@_handler
async def get_csrf_token() -> str | None:
    """Return the CSRF token to send with each POST as ``csrfToken``, or None if it cannot be fetched."""
    return await _page().api.get_csrf_token()


@_handler
async def get_providers() -> dict[str, dict[str, str]] | None:
    """Return the configured providers by id, or None if they cannot be fetched."""
    return await _page().api.get_providers()


def _page() -> NiceGUIPage:
    page = PAGES.get(context.client.id)
    if page is None:
        raise RuntimeError("This page has no session. Await session_provider(request, auth=auth) first.")
    return page
