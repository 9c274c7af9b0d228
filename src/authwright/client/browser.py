"""The client API in a page, for PyScript on Pyodide and on MicroPython: the names of v4, as functions of the module.

    from authwright.client.browser import SessionProvider, bind, sign_in, sign_out

    provider = SessionProvider(refetch_interval=60)
    bind("#name", lambda session: session.data["user"]["name"] if session.data else "nobody")

As in v4 the page is the environment: there is one session, which the last provider shows. This module imports ``js``,
so it loads in a browser alone.
"""

import js  # type: ignore[import-not-found]

from authwright.client.api import Api
from authwright.client.browser_host import FetchTransport, PageHost
from authwright.client.required import Required, check_guard, judge, shown
from authwright.client.store import UNSET, SessionStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from authwright.client.context import SessionContext, SignInResult
    from authwright.client.ports import Off
    from authwright.client.required import Guarded
    from authwright.types import Session

__all__ = [
    "SessionProvider",
    "bind",
    "get_csrf_token",
    "get_providers",
    "get_session",
    "page_guard",
    "sign_in",
    "sign_out",
    "use_session",
]

_api = Api(FetchTransport(), PageHost())
_providers: "list[SessionProvider]" = []


class SessionProvider:
    """The page's session: fetched, polled, and in step with the other tabs from now on.

    Args:
        session: The session where the server wrote it into the page, None where it wrote that nobody is signed in; left
            out, it is fetched.
        refetch_interval: Seconds between two fetches while somebody is signed in; 0 for none.
        refetch_on_window_focus: Fetch it when the page comes to the front.
        refetch_when_offline: Go on fetching by interval while the device is offline.
        base_path: The path of the REST API on the page's own origin.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """

    def __init__(
        self,
        *,
        session: "Session | None" = UNSET,
        refetch_interval: "float" = 0,
        refetch_on_window_focus: "bool" = True,
        refetch_when_offline: "bool" = True,
        base_path: "str" = "/api/auth",
    ) -> "None":
        while _providers:
            _providers[-1].stop()
        _api.base_url = base_path[:-1] if base_path.endswith("/") else base_path
        self.store = SessionStore(
            _api,
            session=session,
            refetch_interval=refetch_interval,
            refetch_on_window_focus=refetch_on_window_focus,
            refetch_when_offline=refetch_when_offline,
        )
        self._required = Required(self.store)
        _providers.append(self)
        self.store.start()

    def use_session(
        self, required: "bool" = False, on_unauthenticated: "Callable[[], object] | None" = None
    ) -> "SessionContext":
        """The session now: ``data, status, update``.

        Args:
            required: Ask for a session: while there is none the status is ``loading``, and the page goes to sign-in.
            on_unauthenticated: Called instead, once for each change to unauthenticated.

        See https://next-auth.js.org/getting-started/client#usesession.
        """
        if required:
            self._required.watch(on_unauthenticated)
        return shown(self.store.snapshot) if required else self.store.snapshot

    def subscribe(self, callback: "Callable[[SessionContext], object]") -> "Off":
        """Call *callback* with each new ``SessionContext``; the answer ends that."""
        return self.store.subscribe(callback)

    def stop(self) -> "None":
        """End its timers, and what it hears of the page and its tabs."""
        self._required.stop()
        self.store.stop()
        if self in _providers:
            _providers.remove(self)


def use_session(required: "bool" = False, on_unauthenticated: "Callable[[], object] | None" = None) -> "SessionContext":
    """``SessionProvider.use_session`` of the page's provider. Raises ``RuntimeError`` where there is none."""
    return _provider().use_session(required, on_unauthenticated)


def bind(target: "Any", text_of: "Callable[[SessionContext], object]") -> "Off":
    """Keep the text of an element in step with the session; the answer ends that.

    Args:
        target: The element, or its CSS selector.
        text_of: What the element says for a ``SessionContext``. It is text: no markup in it counts.

    Raises:
        RuntimeError: There is no ``SessionProvider``.
        ValueError: No element matches the selector.
    """
    element = _element(target)

    def show(context: "SessionContext") -> "None":
        element.textContent = str(text_of(context))

    return _now_and_then(show)


def page_guard(target: "Any", auth: "Guarded" = True) -> "Off":
    """Show an element to those alone whom *auth* admits; the answer ends that.

    Give the element the attribute ``hidden``, so that nobody sees it before. What must stay secret does not belong into
    a page at all: the server decides whom to send it to.

    Args:
        target: The element, or its CSS selector.
        auth: True asks for a session, and goes to sign-in without one; ``{"role": ..., "loading": ..., "unauthorized":
            ...}`` also for that ``user.role``: meanwhile the element ``loading`` is shown, and who has another role
            goes to the URL ``unauthorized``.

    Raises:
        RuntimeError: There is no ``SessionProvider``.
        ValueError: No element matches a selector, or *auth* has an unknown key.
    """
    check_guard(auth)
    element = _element(target)
    rules = {} if isinstance(auth, bool) else auth
    waiting = _element(rules["loading"]) if rules.get("loading") else None
    required = Required(_provider().store)

    def show(context: "SessionContext") -> "None":
        verdict = judge(auth, context)
        element.hidden = verdict != "allowed"
        if waiting:
            waiting.hidden = verdict != "loading"
        if verdict == "unauthorized" and rules.get("unauthorized"):
            _api.go(rules["unauthorized"])

    off = _now_and_then(show)
    if auth:
        required.watch()

    def end() -> "None":
        required.stop()
        off()

    return end


async def get_session(broadcast: "bool" = True) -> "Session | None":
    """The session; None where nobody is signed in, or, logged once, the server cannot be reached."""
    return await _api.get_session(broadcast)


async def get_csrf_token() -> "str | None":
    """The csrf token that a POST carries as ``csrfToken``; None where the server cannot be reached."""
    return await _api.get_csrf_token()


async def get_providers() -> "dict[str, dict[str, str]] | None":
    """The providers by their ids; None where the server cannot be reached."""
    return await _api.get_providers()


async def sign_in(
    provider: "str | None" = None,
    *,
    callback_url: "str | None" = None,
    redirect: "bool" = True,
    authorization_params: "Mapping[str, str] | str | None" = None,
    link: "bool" = False,
    **fields: "object",
) -> "SignInResult":
    """Sign in with *provider*, or show the sign-in page where there is no such provider; see ``Api.sign_in``."""
    return await _api.sign_in(
        provider,
        callback_url=callback_url,
        redirect=redirect,
        authorization_params=authorization_params,
        link=link,
        **fields,
    )


async def sign_out(
    *, callback_url: "str | None" = None, redirect: "bool" = True, federated: "bool" = False
) -> "dict[str, Any]":
    """Sign out; see ``Api.sign_out``."""
    return await _api.sign_out(callback_url=callback_url, redirect=redirect, federated=federated)


def _provider() -> "SessionProvider":
    if not _providers:
        raise RuntimeError("The page has no SessionProvider: make one first, SessionProvider().")
    return _providers[-1]


def _element(target: "Any") -> "Any":
    element = js.document.querySelector(target) if isinstance(target, str) else target
    if element is None:
        raise ValueError("The page has no element " + str(target) + ".")
    return element


def _now_and_then(show: "Callable[[SessionContext], object]") -> "Off":
    store = _provider().store
    show(store.snapshot)
    return store.subscribe(show)
