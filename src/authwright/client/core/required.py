"""``use_session(required=True)`` and page guards: what a consumer that requires a session shows and does."""

from authwright.client.core.context import LOADING, UNAUTHENTICATED, SessionContext
from authwright.client.core.log import warn
from authwright.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, TypeAlias

    from authwright.client.core.ports import Off
    from authwright.client.core.store import SessionStore

    # True, or {"role": ..., "loading": ..., "unauthorized": ...}
    Guarded: TypeAlias = bool | Mapping[str, Any]


class Required:
    """One consumer with ``required=True``. It acts once for each change to unauthenticated."""

    def __init__(self, store: "SessionStore") -> "None":
        self._store = store
        self._acted = False
        self._on_unauthenticated: Callable[[], object] | None = None
        self._off: Off | None = None

    def watch(self, on_unauthenticated: "Callable[[], object] | None" = None) -> "None":
        """Act if the user is signed out, now and at each change to signed out.

        Args:
            on_unauthenticated: Called then. If None, the page goes to the sign-in page.
        """
        self._on_unauthenticated = on_unauthenticated
        if self._off is None:
            self._off = self._store.subscribe(self._see)
        self._see(self._store.snapshot)

    def stop(self) -> "None":
        """Stop watching the session."""
        if self._off:
            self._off()
        self._off = None

    def _see(self, context: "SessionContext") -> "None":
        signed_out = context.status == UNAUTHENTICATED
        first, self._acted = signed_out and not self._acted, signed_out
        if not first:
            return
        api = self._store.api
        if self._on_unauthenticated is None:
            api.host.spawn(api.require())
            return
        result: Any = self._on_unauthenticated()
        if hasattr(result, "send"):
            api.host.spawn(result)
        elif hasattr(result, "asend"):
            warn("CLIENT_HOOK_ERROR", "on_unauthenticated did not run, because it contains yield. Remove the yield.")


def shown(context: "SessionContext") -> "SessionContext":
    """Return *context* for a consumer that requires a session: ``loading`` instead of ``unauthenticated``, as in v4."""
    if context.status != UNAUTHENTICATED:
        return context
    return SessionContext(None, LOADING, context.update)  # type: ignore[arg-type]


def check_required(required: "object") -> "None":
    """Raise if *required* of ``use_session`` is not a bool: a role in it would not be checked, and let everyone in.

    Raises:
        ConfigurationError: *required* is something else, such as ``{"role": "admin"}``.
    """
    if not isinstance(required, bool):
        problem = "use_session takes True or False, not " + type(required).__name__ + "."
        raise ConfigurationError("required", problem, "To require a role, use the page guard.")


def check_guard(auth: "Guarded") -> "None":
    """Raise if the guard *auth* might let in users that it was written to keep out.

    Raises:
        ConfigurationError: *auth* is neither a bool nor a mapping, has an unknown key, or its role is None.
    """
    if isinstance(auth, bool):
        return
    if not hasattr(auth, "keys"):
        problem = "A guard is True, False or a mapping, not " + type(auth).__name__ + "."
        raise ConfigurationError("auth", problem, 'To require a role, write {"role": "admin"}.')
    for key in auth:
        if key not in ("role", "loading", "unauthorized"):
            problem = 'The guard has the unknown key "' + str(key) + '".'
            raise ConfigurationError("auth", problem, "Use role, loading and unauthorized.")
    if "role" in auth and auth["role"] is None:
        raise ConfigurationError("auth", "The guard's role is None.", "Name a role, or leave it out.")


def judge(auth: "Guarded", context: "SessionContext") -> "Literal['allowed', 'loading', 'unauthorized']":
    """Return whether a page with the guard *auth* (``Component.auth`` in v4's examples) may be shown.

    Args:
        auth: True requires a session, ``{"role": "admin"}`` also requires that ``user.role``, False requires nothing.
            An empty mapping requires a session, because in v4's examples it is true.
        context: The session.
    """
    if auth is False:
        return "allowed"
    if not context.data or context.status == UNAUTHENTICATED:
        return "loading"
    role = None if auth is True else auth.get("role")
    user = context.data.get("user")
    if role is None or (isinstance(user, dict) and user.get("role") == role):
        return "allowed"
    return "unauthorized"
