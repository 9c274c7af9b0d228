"""``use_session(required=True)`` and the page guard: what a consumer that needs a session is shown and does."""

from authwright.client.context import LOADING, UNAUTHENTICATED, SessionContext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, TypeAlias

    from authwright.client.ports import Off
    from authwright.client.store import SessionStore

    # True, or {"role": ..., "loading": ..., "unauthorized": ...}
    Guarded: TypeAlias = bool | Mapping[str, Any]


class Required:
    """One consumer's ``required``: it acts once for each change to unauthenticated, and meanwhile shows ``loading``."""

    def __init__(self, store: "SessionStore") -> "None":
        self._store = store
        self._acted = False
        self._on_unauthenticated: Callable[[], object] | None = None
        self._off: Off | None = None

    def watch(self, on_unauthenticated: "Callable[[], object] | None" = None) -> "None":
        """Act now if nobody is signed in, and at each change to that: call *on_unauthenticated*, else go to sign-in."""
        self._on_unauthenticated = on_unauthenticated
        if self._off is None:
            self._off = self._store.subscribe(self._see)
        self._see(self._store.snapshot)

    def stop(self) -> "None":
        """End that."""
        if self._off:
            self._off()
        self._off = None

    def _see(self, context: "SessionContext") -> "None":
        nobody = context.status == UNAUTHENTICATED
        first, self._acted = nobody and not self._acted, nobody
        if not first:
            return
        api = self._store.api
        if self._on_unauthenticated is None:
            api.host.spawn(api.require())
            return
        answer: Any = self._on_unauthenticated()
        if hasattr(answer, "send"):
            api.host.spawn(answer)


def shown(context: "SessionContext") -> "SessionContext":
    """*context* as one that requires a session sees it: never ``unauthenticated`` (v4's ``useSession``)."""
    if context.status != UNAUTHENTICATED:
        return context
    return SessionContext(None, LOADING, context.update)  # type: ignore[arg-type]


def check_guard(auth: "Guarded") -> "None":
    """Raise ``ValueError`` where the guard *auth* has an unknown key: a misspelt ``role`` would let everybody in."""
    for key in () if isinstance(auth, bool) else auth:
        if key not in ("role", "loading", "unauthorized"):
            raise ValueError("A guard knows role, loading and unauthorized, not " + str(key) + ".")


def judge(auth: "Guarded", context: "SessionContext") -> "Literal['allowed', 'loading', 'unauthorized']":
    """Whether a page with the guard *auth* (the ``Component.auth`` of v4's examples) may be shown.

    Args:
        auth: True asks for a session, ``{"role": "admin"}`` for one whose ``user.role`` is that; False for nothing.
        context: The session.
    """
    if not auth:
        return "allowed"
    if not context.data or context.status == UNAUTHENTICATED:
        return "loading"
    role = None if auth is True else auth.get("role")
    user = context.data.get("user")
    if role is None or (isinstance(user, dict) and user.get("role") == role):
        return "allowed"
    return "unauthorized"
