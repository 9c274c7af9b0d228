"""Actions as event handlers: ``on_click=sign_in``. Runs on MicroPython too.

Rule: an event, which a user interface passes to its handlers, is never an argument of an action. Taken for one, it
      would be the provider to sign in with.
"""

try:
    from functools import wraps
except ImportError:  # MicroPython
    wraps = None  # type: ignore[assignment]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")


def ignoring(is_event: "Callable[[object], bool]") -> "Callable[[Callable[P, T]], Callable[P, T]]":
    """Return a decorator for actions that drops positional arguments for which *is_event* is true."""

    def decorate(action: "Callable[P, T]") -> "Callable[P, T]":
        def handler(*args: "P.args", **kwargs: "P.kwargs") -> "T":
            return action(*[one for one in args if not is_event(one)], **kwargs)  # type: ignore[arg-type]

        # NiceGUI reads the signature of a handler to decide what to pass.
        return handler if wraps is None else wraps(action)(handler)  # type: ignore[redundant-expr]

    return decorate
