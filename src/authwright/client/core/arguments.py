"""Wrong arguments become a ``TypeError`` that names the right ones. Runs on MicroPython too.

Rule 1: options are v4's in snake_case. A keyword in another spelling, such as ``callbackUrl``, is refused, because
        ``sign_in`` would send it to the server as a form field.
Rule 2: a value of the wrong type is refused at once, before it fails far from its cause.
"""

try:
    from functools import wraps
    from inspect import iscoroutinefunction
except ImportError:  # MicroPython
    wraps = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")

# v4's options in snake_case. A form field has none of these names in any spelling.
V4_OPTIONS = (
    "authorization_params",
    "base_path",
    "callback_url",
    "on_unauthenticated",
    "refetch_interval",
    "refetch_on_window_focus",
    "refetch_when_offline",
)


def refuse_camel_case(given: "Iterable[str]", options: "Iterable[str]" = V4_OPTIONS) -> "None":
    """Raise ``TypeError`` if a keyword in *given* is another spelling of one of *options*."""
    for name in given:
        for option in options:
            if name != option and name.replace("_", "").lower() == option.replace("_", ""):
                raise TypeError('There is no keyword "' + name + '". Write ' + option + " instead.")


def snake_case(function: "Callable[P, T]") -> "Callable[P, T]":
    """Decorate *function* to refuse its own keywords, and v4's, in camelCase."""
    code: Any = getattr(function, "__code__", None)
    names = getattr(code, "co_varnames", ())
    # MicroPython has no names of parameters.
    own = names[: code.co_argcount + code.co_kwonlyargcount] if names else ()
    options = V4_OPTIONS + tuple(name for name in own if name not in V4_OPTIONS)

    def checked(*args: "P.args", **kwargs: "P.kwargs") -> "T":
        refuse_camel_case(kwargs, options)
        return function(*args, **kwargs)

    if wraps is None:
        return checked  # type: ignore[unreachable]
    if not iscoroutinefunction(function):
        return wraps(function)(checked)

    async def awaited(*args: "P.args", **kwargs: "P.kwargs") -> "Any":
        return await checked(*args, **kwargs)  # type: ignore[misc]

    return wraps(function)(awaited)  # type: ignore[return-value]


def check_sign_in(provider: "object", callback_url: "object", authorization_params: "object") -> "None":
    """Raise ``TypeError`` if an argument of ``sign_in`` has the wrong type."""
    _check_text("provider", provider, "the provider's id, such as 'github'")
    _check_text("callback_url", callback_url, "a URL or a path")
    if not hasattr(authorization_params, "items"):
        _check_text("authorization_params", authorization_params, "a mapping or a query string")


def check_sign_out(callback_url: "object") -> "None":
    """Raise ``TypeError`` if *callback_url* has the wrong type."""
    _check_text("callback_url", callback_url, "a URL or a path")


def check_store(session: "object", refetch_interval: "object") -> "None":
    """Raise ``TypeError`` if an option of a session provider has the wrong type.

    Args:
        session: The initial session, or None.
        refetch_interval: Seconds.
    """
    if session is not None and not hasattr(session, "get"):
        raise _wrong("session", "a session or None (await get_session() first)", session)
    if isinstance(refetch_interval, bool) or not isinstance(refetch_interval, (int, float)):
        raise _wrong("refetch_interval", "a number of seconds", refetch_interval)


def _check_text(name: "str", value: "object", expected: "str") -> "None":
    if value is not None and not isinstance(value, str):
        raise _wrong(name, expected, value)


def _wrong(name: "str", expected: "str", value: "object") -> "TypeError":
    # The value itself may be a secret.
    return TypeError(name + " must be " + expected + ", not " + type(value).__name__ + ".")
