"""``use_session(required=True)`` and page guards: what a consumer that requires a session shows and does."""

from authwright.client.core.context import LOADING, UNAUTHENTICATED, session_context
from authwright.client.core.log import warn
from authwright.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Literal, TypeAlias

    from authwright.client.core.context import SessionContext
    from authwright.client.core.ports import Off
    from authwright.client.core.session_types import RequiredSessionContext
    from authwright.client.core.store import SessionStore
    from authwright.types import AnySession

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


class Consumers:
    """The consumers with ``required=True`` of one provider. Each acts for itself, as each hook does in v4.

    Args:
        store: The session.
        call: Calls an ``on_unauthenticated``. Default: it is called, and run if it is asynchronous.
    """

    def __init__(self, store: "SessionStore", call: "Callable[[Callable[[], object]], object] | None" = None) -> "None":
        self._store = store
        self._call = call
        self._found: list[tuple[Callable[[], object] | None, Required]] = []

    def watch(self, on_unauthenticated: "Callable[[], object] | None" = None) -> "None":
        """Watch for the consumer that passes *on_unauthenticated*; see ``Required.watch``."""
        for known, required in self._found:
            if _is_same(known, on_unauthenticated):
                required.watch(self._act(on_unauthenticated))
                return
        required = Required(self._store)
        self._found.append((on_unauthenticated, required))
        required.watch(self._act(on_unauthenticated))

    def _act(self, on_unauthenticated: "Callable[[], object] | None") -> "Callable[[], object] | None":
        call = self._call
        if on_unauthenticated is None or call is None:
            return on_unauthenticated
        return lambda: call(on_unauthenticated)

    def stop(self) -> "None":
        """Stop watching the session."""
        for _, required in self._found:
            required.stop()
        self._found.clear()


def _is_same(one: "Any", other: "Any") -> "bool":
    """Return whether two functions are the same code over the same values.

    A consumer that asks repeatedly often creates a new function each time, such as
    ``use_session(True, lambda: leave(page))``.
    """
    if one == other:
        return True
    first, second = _parts(one), _parts(other)
    return bool(first) and len(first) == len(second) and all(map(_equal, first, second))


def _parts(function: "Any") -> "list[Any]":
    if hasattr(function, "func") and hasattr(function, "keywords"):  # functools.partial
        keywords = [each for pair in function.keywords.items() for each in pair]
        return (_parts(function.func) or [function.func]) + list(function.args) + keywords
    if hasattr(function, "__closure__"):
        values = list(function.__defaults__ or ()) + list((function.__kwdefaults__ or {}).values())
        cells = [_content(cell) for cell in function.__closure__ or ()]
        code = function.__code__
        # Not the line: the same lambda may be written in two places of a function.
        program = [code.co_filename, code.co_qualname, code.co_code, code.co_consts, code.co_names]
        return program + values + cells + [getattr(function, "__self__", None)]
    if hasattr(function, "__self__"):
        return [function.__name__, function.__self__]
    # MicroPython cannot look into a function, so all lambdas of a page count as one consumer.
    return ["<lambda>"] if getattr(function, "__name__", None) == "<lambda>" else []


def _content(cell: "Any") -> "Any":
    try:
        return cell.cell_contents
    except ValueError:
        return None  # The variable has no value yet.


def _equal(one: "Any", other: "Any") -> "bool":
    return one is other or (isinstance(one, (str, int, bytes, tuple)) and bool(one == other))


def shown(context: "SessionContext[AnySession]") -> "RequiredSessionContext[AnySession]":
    """Return *context* for a consumer that requires a session: ``loading`` instead of ``unauthenticated``, as in v4."""
    if context.status != UNAUTHENTICATED:
        return context
    loading: Any = session_context(None, LOADING, context.update)
    return loading  # type: ignore[no-any-return]


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
    if not context.data:
        return "loading"
    role = None if auth is True else auth.get("role")
    user: Any = context.data.get("user")
    if role is None or (isinstance(user, dict) and user.get("role") == role):
        return "allowed"
    return "unauthorized"
