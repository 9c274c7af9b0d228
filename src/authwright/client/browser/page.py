"""The client API in a page, for PyScript on Pyodide and MicroPython: the functions of v4 at module level.

    from authwright.client.browser import SessionProvider, bind, sign_in, sign_out

    provider = SessionProvider(refetch_interval=60)
    bind("#name", lambda session: session.data["user"]["name"] if session.data else "Signed out")

As in v4, a page has one session. If there are several providers, the last one is active. This module imports ``js``, so
it works in a browser only.
"""

import js  # type: ignore[import-not-found]

from authwright.client.browser.host import FetchTransport, PageHost
from authwright.client.core.api import Api
from authwright.client.core.arguments import snake_case
from authwright.client.core.handlers import ignoring
from authwright.client.core.required import Consumers, Required, check_guard, check_required, judge, shown
from authwright.client.core.store import UNSET, SessionStore
from authwright.client.core.text import ascii_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, overload

    from authwright.client.core.context import SessionContext, SignInResult
    from authwright.client.core.ports import Off
    from authwright.client.core.required import Guarded
    from authwright.client.core.session_types import Consumer, RequiredSessionContext
    from authwright.types import AnySession, Session

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

# A DOM event. A handler of PyScript gets one if it has parameters.
_handler = ignoring(lambda argument: hasattr(argument, "preventDefault"))
_api = Api(FetchTransport(), PageHost())
_providers: "list[SessionProvider]" = []


class SessionProvider:
    """The page's session: it is fetched, polled, and kept in sync with the other tabs from construction on.

    Args:
        session: The initial session, if the server wrote it into the page, or None if the user is signed out. If
            omitted, the session is fetched.
        refetch_interval: Seconds between two fetches while the user is signed in. 0 turns polling off.
        refetch_on_window_focus: Fetch the session when the page becomes visible.
        refetch_when_offline: Continue polling while the device is offline.
        base_path: The path of the REST API on the page's origin.

    See https://next-auth.js.org/getting-started/client#sessionprovider.
    """

    @snake_case
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
        _api.base_url = ascii_path(base_path[:-1] if base_path.endswith("/") else base_path)
        self.store: SessionStore = SessionStore(
            _api,
            session=session,
            refetch_interval=refetch_interval,
            refetch_on_window_focus=refetch_on_window_focus,
            refetch_when_offline=refetch_when_offline,
        )
        self._required = Consumers(self.store)
        _providers.append(self)
        self.store.start()

    if TYPE_CHECKING:

        @overload
        def use_session(
            self,
            required: "Literal[True]",
            on_unauthenticated: "Callable[[], object] | None" = ...,
            *,
            session_type: "type[AnySession]" = ...,
        ) -> "RequiredSessionContext[AnySession]": ...

        @overload
        def use_session(
            self,
            required: "bool" = ...,
            on_unauthenticated: "Callable[[], object] | None" = ...,
            *,
            session_type: "type[AnySession]" = ...,
        ) -> "SessionContext[AnySession]": ...

    @snake_case
    def use_session(
        self,
        required: "bool" = False,
        on_unauthenticated: "Callable[[], object] | None" = None,
        *,
        session_type: "type[Any] | None" = None,
    ) -> "Any":
        """Return the current session: ``data, status, update``.

        Args:
            required: Require a session: without one the status is ``loading``, and the page goes to the sign-in page.
            on_unauthenticated: Called instead of going to the sign-in page, once for each change to unauthenticated.
                Each function that is passed is called.
            session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.

        Raises:
            ConfigurationError: *required* is not a bool.

        See https://next-auth.js.org/getting-started/client#usesession.
        """
        check_required(required)
        if required:
            self._required.watch(on_unauthenticated)
        return shown(self.store.snapshot) if required else self.store.snapshot

    def subscribe(self, callback: "Consumer[AnySession]") -> "Off":
        """Call *callback* with each new ``SessionContext``. Returns a function that unsubscribes."""
        return self.store.subscribe(callback)

    def stop(self) -> "None":
        """Stop the timers, and stop listening to the page and its other tabs."""
        self._required.stop()
        self.store.stop()
        if self in _providers:
            _providers.remove(self)


if TYPE_CHECKING:

    @overload
    def use_session(
        required: "Literal[True]",
        on_unauthenticated: "Callable[[], object] | None" = ...,
        *,
        session_type: "type[AnySession]" = ...,
    ) -> "RequiredSessionContext[AnySession]": ...

    @overload
    def use_session(
        required: "bool" = ...,
        on_unauthenticated: "Callable[[], object] | None" = ...,
        *,
        session_type: "type[AnySession]" = ...,
    ) -> "SessionContext[AnySession]": ...


@snake_case
def use_session(
    required: "bool" = False,
    on_unauthenticated: "Callable[[], object] | None" = None,
    *,
    session_type: "type[Any] | None" = None,
) -> "Any":
    """Call ``SessionProvider.use_session`` of the page's provider.

    Raises:
        RuntimeError: The page has no ``SessionProvider``.
    """
    return _provider().use_session(required, on_unauthenticated)


def bind(target: "Any", text_of: "Consumer[AnySession]") -> "Off":
    """Update the text of an element whenever the session changes.

    Args:
        target: The element, or its CSS selector.
        text_of: Returns the text for a ``SessionContext``. It is shown as plain text, not as HTML.

    Returns:
        A function that ends the updates.

    Raises:
        RuntimeError: The page has no ``SessionProvider``.
        ValueError: No element matches the selector.
    """
    element = _element(target)

    def show(context: "Any") -> "None":
        element.textContent = str(text_of(context))

    return _now_and_then(show)


def page_guard(target: "Any", auth: "Guarded" = True) -> "Off":
    """Show an element only to users that *auth* allows.

    Give the element the attribute ``hidden``, so that it is hidden until then. Do not put secrets into the page: anyone
    can read its source.

    Args:
        target: The element, or its CSS selector.
        auth: True requires a session; without one the page goes to the sign-in page. A mapping can require more:
            ``role`` is the required ``user.role``, ``loading`` selects an element to show until the session is known,
            and ``unauthorized`` is the URL for users with another role.

    Returns:
        A function that ends the guard.

    Raises:
        RuntimeError: The page has no ``SessionProvider``.
        ConfigurationError: *auth* has an unknown key, or is neither a bool nor a mapping.
        ValueError: No element matches a selector.
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
    if auth is not False:
        required.watch()

    def end() -> "None":
        required.stop()
        off()

    return end


@_handler
async def get_session(
    broadcast: "bool" = True, *, session_type: "type[AnySession] | None" = None
) -> "AnySession | None":
    """Fetch the session. Return None if the user is signed out or, logged once, the server cannot be reached."""
    return await _api.get_session(broadcast, session_type=session_type)


@_handler
async def get_csrf_token() -> "str | None":
    """Return the CSRF token to send with each POST as ``csrfToken``, or None if the server cannot be reached."""
    return await _api.get_csrf_token()


@_handler
async def get_providers() -> "dict[str, dict[str, str]] | None":
    """Return the configured providers by id, or None if the server cannot be reached."""
    return await _api.get_providers()


@_handler
async def sign_in(
    provider: "str | None" = None,
    *,
    callback_url: "str | None" = None,
    redirect: "bool" = True,
    authorization_params: "Mapping[str, str] | str | None" = None,
    link: "bool" = False,
    **fields: "object",
) -> "SignInResult":
    """Sign in with *provider*, or go to the sign-in page if the provider is unknown; see ``Api.sign_in``."""
    return await _api.sign_in(
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
    *, callback_url: "str | None" = None, redirect: "bool" = True, federated: "bool" = False
) -> "dict[str, Any]":
    """Sign out; see ``Api.sign_out``."""
    return await _api.sign_out(callback_url=callback_url, redirect=redirect, federated=federated)


def _provider() -> "SessionProvider":
    if not _providers:
        raise RuntimeError("The page has no SessionProvider. Create one first: SessionProvider().")
    return _providers[-1]


def _element(target: "Any") -> "Any":
    element = js.document.querySelector(target) if isinstance(target, str) else target
    if element is None:
        raise ValueError("No element of the page matches " + str(target) + ".")
    return element


def _now_and_then(show: "Callable[[Any], object]") -> "Off":
    store = _provider().store
    show(store.snapshot)
    return store.subscribe(show)
