"""The client API for NiceGUI 3: a bindable session, known while the page is built and kept in sync with other tabs.

@ui.page("/profile")
async def profile(request: Request) -> None:
    session = await session_provider(request, auth=auth, required=True)
    ui.label().bind_text_from(session, "user", lambda user: user.get("name"))
    ui.button("Sign out", on_click=lambda: sign_out(redirect=False))

Rule 1: the session is read from the cookies of the page's own request. If a page requires a session and the user has
        none, or not the required role, the request ends before anything is built.
Rule 2: after that only the bridge can change the session. NiceGUI's socket accepts any Origin, so a message on it
        proves nothing, and neither does a client's id.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

from nicegui import context
from nicegui.binding import BindableProperty
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from authwright.client.core.arguments import snake_case
from authwright.client.core.required import Required, check_guard, judge, shown
from authwright.client.core.store import UNSET
from authwright.client.core.text import is_navigable
from authwright.client.nicegui.page import PAGES, NiceGUIPage, unauthorized_url
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
    "page_guard",
    "session_provider",
    "sign_in",
    "sign_out",
    "use_session",
]

_Build = TypeVar("_Build", bound=Callable[..., Any])
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

    def __init__(self, page: NiceGUIPage, *, required: bool) -> None:
        self._page = page
        self._required = required
        self._apply(page.store.snapshot)
        page.store.subscribe(self._apply)

    def __repr__(self) -> str:
        return f"PageSession(status={self.status!r})"

    async def update(self, data: object = UNSET) -> SessionT | None:
        """Update the session on the server with *data*, or fetch it again if *data* is omitted.

        Returns:
            The new session. None if there is no session, or if the server refuses the update.
        """
        updated: Any = await self._page.store.update(data)
        return updated  # type: ignore[no-any-return]

    def subscribe(self, callback: Callable[[PageSession[SessionT, StatusT]], object]) -> Off:
        """Call *callback* with this object after each change, in the page's slot.

        Returns:
            A function that unsubscribes.
        """

        def consumer(_: SessionContext) -> None:
            self._page.call(lambda: callback(self))

        return self._page.store.subscribe(consumer)

    def _apply(self, snapshot: SessionContext) -> None:
        seen: Any = shown(snapshot) if self._required else snapshot
        self.data = seen.data
        user = seen.data.get("user") if seen.data else None
        self.user = user if isinstance(user, dict) else {}
        # Set the status last: when a binding sees the new status, the data already matches it.
        self.status = seen.status


@overload
async def session_provider(
    request: Request,
    *,
    auth: AuthServer[SessionT],
    session: Session | None = ...,
    refetch_interval: float = ...,
    refetch_on_window_focus: bool = ...,
    refetch_when_offline: bool = ...,
    required: Literal[True] | Mapping[str, Any],
) -> PageSession[SessionT, RequiredStatus]: ...
@overload
async def session_provider(
    request: Request,
    *,
    auth: AuthServer[SessionT],
    session: Session | None = ...,
    refetch_interval: float = ...,
    refetch_on_window_focus: bool = ...,
    refetch_when_offline: bool = ...,
    required: Guarded = ...,
) -> PageSession[SessionT]: ...
@snake_case
async def session_provider(
    request: Request,
    *,
    auth: AuthServer[Any],
    session: Session | None = UNSET,
    refetch_interval: float = 0,
    refetch_on_window_focus: bool = True,
    refetch_when_offline: bool = True,
    required: Guarded = False,
) -> PageSession[Any, Any]:
    """Return the session of the page that is being built. Await it first in a ``@ui.page`` function.

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
        ValueError: *required* has an unknown key.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """
    check_guard(required)
    client = context.client
    page = PAGES.get(client.id)
    if page is None:
        if client.has_socket_connection:
            raise RuntimeError("Call session_provider before the page is sent, that is, before client.connected().")
        known = await auth.get_server_session(request) if session is UNSET else session
        options = {
            "refetch_interval": refetch_interval,
            "refetch_on_window_focus": refetch_on_window_focus,
            "refetch_when_offline": refetch_when_offline,
        }
        page = PAGES[client.id] = NiceGUIPage(client, auth, known, options)
    if required:
        _admit(required, page, request)
        page.require(required)
    return PageSession(page, required=bool(required))


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

    Args:
        required: Show ``loading`` instead of ``unauthenticated``, and make the browser go to the sign-in page. (If the
            page must not even be built without a session, use ``session_provider(required=True)``.)
        on_unauthenticated: Called instead of going to the sign-in page, once for each change to unauthenticated.
        session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

    Raises:
        RuntimeError: There is no page, or ``session_provider`` was not called on it.
    """
    page = _page()
    if required:
        act = on_unauthenticated
        Required(page.store).watch(act and (lambda: page.call(act)))
    return PageSession(page, required=required)


def page_guard(auth: AuthServer[Any], required: Guarded = True) -> Callable[[_Build], _Build]:
    """Return a decorator, to put below ``@ui.page``, that calls the function only for users who may see the page.

    It does the same as ``session_provider(required=...)``, and also works for ``def`` functions, which then call
    ``use_session()``. A refusal is returned as a response, not raised, so a handler of ``app.on_page_exception`` does
    not see it.

    Args:
        auth: The auth server.
        required: As for ``session_provider``.
    """

    def decorate(build: _Build) -> _Build:
        @functools.wraps(build)
        async def guarded(*args: object, **kwargs: object) -> object:
            try:
                await session_provider(context.client.request, auth=auth, required=required)
            except HTTPException as refusal:
                return PlainTextResponse(refusal.detail, refusal.status_code, refusal.headers)
            built = build(*args, **kwargs)
            return await built if inspect.isawaitable(built) else built

        return guarded  # type: ignore[return-value]

    return decorate


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


@snake_case
async def sign_out(
    *, callback_url: str | None = None, redirect: bool = True, federated: bool = False
) -> dict[str, Any]:
    """Sign out on the current page. If *redirect* is False, stay on the page. See ``Api.sign_out``."""
    return await _page().api.sign_out(callback_url=callback_url, redirect=redirect, federated=federated)


async def get_session(broadcast: bool = True, *, session_type: type[AnySession] | None = None) -> AnySession | None:
    """Fetch the session through the page's browser. See ``Api.get_session``."""
    return await _page().api.get_session(broadcast, session_type=session_type)


async def get_csrf_token() -> str | None:
    """Return the CSRF token to send with each POST as ``csrfToken``, or None if it cannot be fetched."""
    return await _page().api.get_csrf_token()


async def get_providers() -> dict[str, dict[str, str]] | None:
    """Return the configured providers by id, or None if they cannot be fetched."""
    return await _page().api.get_providers()


def _page() -> NiceGUIPage:
    page = PAGES.get(context.client.id)
    if page is None:
        raise RuntimeError("This page has no session. Await session_provider(request, auth=auth) first.")
    return page


def _admit(allowed: Guarded, page: NiceGUIPage, request: Request) -> None:
    verdict = judge(allowed, page.store.snapshot)
    if verdict == "allowed":
        return
    if verdict == "unauthorized":
        location = unauthorized_url(allowed)
        if location is None:
            raise HTTPException(403, "You do not have permission to view this page.")
    else:
        location = page.auth.sign_in_url(request, error="SessionRequired")
    if location.startswith("/") and not _is_path(request.headers.get("x-forwarded-prefix", "/")):
        # NiceGUI puts this header in front of each path that it redirects to, even "//host", which is another site.
        raise HTTPException(400, "X-Forwarded-Prefix is not valid: it must be a path such as /shop.")
    raise HTTPException(302, "Please sign in first.", {"Location": location, "Cache-Control": "no-store"})


def _is_path(url: str) -> bool:
    return url.startswith("/") and not url.startswith(("//", "/\\")) and is_navigable(url)
