"""The client API for NiceGUI 3: a page's session, known while the page is built, bindable, in step with the other tabs.

@ui.page("/profile")
async def profile(request: Request) -> None:
    session = await session_provider(request, auth=auth, required=True)
    ui.label().bind_text_from(session, "user", lambda user: user.get("name"))
    ui.button("Sign out", on_click=lambda: sign_out(redirect=False))

Rule 1: the session is read from the cookies of the page's own request; a page that requires one and may not have it
        ends right there, before anything is built.
Rule 2: after that only what the bridge accepts changes it: NiceGUI's socket takes any Origin, so what arrives there
        proves nothing, and neither does a client's id.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from nicegui import context
from nicegui.binding import BindableProperty
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from authwright.client.context import SessionContext, SignInResult
from authwright.client.nicegui_page import PAGES, Page, here_of, prefix_of, unauthorized_url
from authwright.client.required import Required, check_guard, judge, shown
from authwright.client.store import UNSET
from authwright.client.text import urlencode

if TYPE_CHECKING:
    from authwright.auth import Auth
    from authwright.client.context import Status
    from authwright.client.ports import Off
    from authwright.client.required import Guarded
    from authwright.types import Session

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


class PageSession:
    """The session as a page shows it: ``status``, ``data`` and ``user`` can be bound to any NiceGUI element.

    ``status`` is ``loading``, ``authenticated`` or ``unauthenticated``; ``data`` is the session or None; ``user`` is
    the session's user, an empty dict where nobody is signed in.

    See https://next-auth.js.org/getting-started/client#usesession.
    """

    if TYPE_CHECKING:
        status: Status
        data: Session | None
        user: Mapping[str, Any]
    else:
        status = BindableProperty()
        data = BindableProperty()
        user = BindableProperty()

    def __init__(self, page: Page, *, required: bool) -> None:
        self._page = page
        self._required = required
        self._apply(page.store.snapshot)
        page.store.subscribe(self._apply)

    def __repr__(self) -> str:
        return f"PageSession(status={self.status!r})"

    async def update(self, data: object = UNSET) -> Session | None:
        """Have the server change the session by *data*, or without it read the session anew. See ``SessionStore``."""
        return await self._page.store.update(data)

    def subscribe(self, callback: Callable[[PageSession], object]) -> Off:
        """Call *callback* with this after each change, in the page's slot; the answer ends that."""

        def consumer(_: SessionContext) -> None:
            self._page.call(lambda: callback(self))

        return self._page.store.subscribe(consumer)

    def _apply(self, snapshot: SessionContext) -> None:
        seen = shown(snapshot) if self._required else snapshot
        self.data = seen.data
        user = seen.data.get("user") if seen.data else None
        self.user = user if isinstance(user, dict) else {}
        # Last: who is told of a new status finds the data that goes with it.
        self.status = seen.status


async def session_provider(
    request: Request,
    *,
    auth: Auth,
    session: Session | None = UNSET,
    refetch_interval: float = 0,
    refetch_on_window_focus: bool = True,
    refetch_when_offline: bool = True,
    required: Guarded = False,
) -> PageSession:
    """The session of the page that is being built. Await it first in a ``@ui.page`` function.

    Args:
        request: The page's request.
        auth: The auth server, in this process.
        session: The session where it is known already; left out, it is read from the request's cookies.
        refetch_interval: Seconds between two fetches while somebody is signed in; 0 for none.
        refetch_on_window_focus: Fetch it when the page comes to the front.
        refetch_when_offline: Go on fetching it by interval while the device is offline.
        required: True for a page that needs somebody signed in, ``{"role": "admin", "unauthorized": "/url"}`` for one
            that needs a role too: its function goes no further otherwise.

    Raises:
        HTTPException: The page is *required* and nobody is signed in: NiceGUI answers with a redirect to the sign-in
            page, or to ``unauthorized``; 403 without that.
        RuntimeError: The page is in the browser already.
        ValueError: *required* has a key that is none.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """
    check_guard(required)
    client = context.client
    page = PAGES.get(client.id)
    if page is None:
        if client.has_socket_connection:
            raise RuntimeError("Call session_provider before the page is sent: before client.connected().")
        known = await auth.get_server_session(request) if session is UNSET else session
        options = {
            "refetch_interval": refetch_interval,
            "refetch_on_window_focus": refetch_on_window_focus,
            "refetch_when_offline": refetch_when_offline,
        }
        page = PAGES[client.id] = Page(client, auth, known, options)
    if required:
        _admit(required, page, request)
        page.require(required)
    return PageSession(page, required=bool(required))


def use_session(required: bool = False, on_unauthenticated: Callable[[], object] | None = None) -> PageSession:
    """The session of the page in whose slot this is called, after ``session_provider``.

    Args:
        required: Never show ``unauthenticated``: go to the sign-in page instead, in the browser. (What a page must not
            even build without a session, ``session_provider(required=True)`` keeps back.)
        on_unauthenticated: Called instead, once for each change to unauthenticated.

    Raises:
        RuntimeError: There is no page, or no session_provider on it.
    """
    page = _page()
    if required:
        act = on_unauthenticated
        Required(page.store).watch(act and (lambda: page.call(act)))
    return PageSession(page, required=required)


def page_guard(auth: Auth, required: Guarded = True) -> Callable[[_Build], _Build]:
    """A decorator below ``@ui.page``: the function is called only for those who may see the page.

    It is ``session_provider(required=...)`` for functions that may be ``def`` and begin with ``use_session()``. A
    refusal is returned, not raised, so a handler of ``app.on_page_exception`` does not see it.

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
            answer = build(*args, **kwargs)
            return await answer if inspect.isawaitable(answer) else answer

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
    """Sign in with *provider*, in the page in whose slot this is called. See ``Api.sign_in``."""
    return await _page().api.sign_in(
        provider,
        callback_url=callback_url,
        redirect=redirect,
        authorization_params=authorization_params,
        link=link,
        **fields,
    )


async def sign_out(
    *, callback_url: str | None = None, redirect: bool = True, federated: bool = False
) -> dict[str, str | None]:
    """Sign out; *redirect* False keeps the page. See ``Api.sign_out``."""
    return await _page().api.sign_out(callback_url=callback_url, redirect=redirect, federated=federated)


async def get_session(broadcast: bool = True) -> Session | None:
    """The session, asked of the server through the page's browser. See ``Api.get_session``."""
    return await _page().api.get_session(broadcast)


async def get_csrf_token() -> str | None:
    """The csrf token that a POST carries as ``csrfToken``."""
    return await _page().api.get_csrf_token()


async def get_providers() -> dict[str, dict[str, str]] | None:
    """The providers by their ids."""
    return await _page().api.get_providers()


def _page() -> Page:
    page = PAGES.get(context.client.id)
    if page is None:
        raise RuntimeError("This page has no session: await session_provider(request, auth=auth) first.")
    return page


def _admit(allowed: Guarded, page: Page, request: Request) -> None:
    verdict = judge(allowed, page.store.snapshot)
    if verdict == "allowed":
        return
    if verdict == "unauthorized":
        location = unauthorized_url(allowed)
        if location is None:
            raise HTTPException(403, "You may not do this.")
    else:
        query = {"error": "SessionRequired", "callbackUrl": here_of(request)}
        # NiceGUI puts the proxy's prefix before every path that it answers; ours has it already.
        location = f"{page.api.base_url.removeprefix(prefix_of(request))}/signin?{urlencode(query)}"
    raise HTTPException(302, "Sign in first.", {"Location": location, "Cache-Control": "no-store"})
