"""Functions of the app's own - callbacks, events, provider hooks - made callable in one way.

A hook may be ``def`` or ``async def`` and takes only the values that it names: each parameter gets the value of its
name, None where there is no such value and the parameter has no default; a first parameter with a name of its own
gets the first value; ``**kwargs`` gets them all. What it takes is found out once, at construction, so a parameter that
nothing ever fills is refused there.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from authwright.errors import ConfigurationError
from authwright.hook_threads import run_in_thread

# A function of the app's: what it takes is checked by ``bind``, since no type says "any subset of these names".
Function: TypeAlias = Callable[..., Any]
Hook: TypeAlias = Callable[..., Awaitable[Any]]


def bind(function: Function, option: str, names: Sequence[str]) -> Hook:
    """*function* as a coroutine function that is called with every value of *names* as a keyword argument.

    It runs on the event loop, whether ``def`` or ``async def``, so it must not block.

    Args:
        function: The app's function.
        option: What it was given as, for the error.
        names: What it may take; the first one is what a first parameter with a name of its own gets.

    Raises:
        ConfigurationError: It is not callable, or asks for a parameter that is not among *names*.
    """
    bound = _bound(function, option, names)

    async def call(**values: Any) -> Any:
        result = bound(values)
        return await result if inspect.isawaitable(result) else result

    return call


def bind_blocking(function: Function, option: str, names: Sequence[str]) -> Hook:
    """Like ``bind``, for a function that may block: a ``def`` runs in a thread (see ``authwright.hook_threads``).

    What a ``def`` returns is still awaited on the event loop if it can be: the ``def`` may be a decorator or a partial
    around a coroutine function.
    """
    if _is_coroutine_function(function):
        return bind(function, option, names)
    bound = _bound(function, option, names)

    async def call(**values: Any) -> Any:
        result = await run_in_thread(partial(bound, values))
        return await result if inspect.isawaitable(result) else result

    return call


def _is_coroutine_function(function: Function) -> bool:
    while isinstance(function, partial):
        function = function.func
    return any(inspect.iscoroutinefunction(one) for one in (function, getattr(function, "__call__", None)))  # noqa: B004


def _bound(function: Function, option: str, names: Sequence[str]) -> Callable[[Mapping[str, Any]], Any]:
    """Return a function that passes on those of the values that *function* takes."""
    if not callable(function):
        raise ConfigurationError(option, "is not a function.", "Give it a def or an async def.")
    positional, required, optional = _parameters(function, option, names)
    first = names[0] if names else ""

    def call(values: Mapping[str, Any]) -> Any:
        kwargs = {name: values.get(name) for name in required}
        kwargs.update((name, values[name]) for name in optional if name in values)
        return function(values.get(first), **kwargs) if positional else function(**kwargs)

    return call


def _parameters(function: Function, option: str, names: Sequence[str]) -> tuple[bool, list[str], list[str]]:
    """Whether the first parameter takes the first value by position, and the names always and only if known passed."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # a builtin without a signature
        return True, [], []
    named = [p for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    first = named[0] if named and named[0].kind is not inspect.Parameter.KEYWORD_ONLY else None
    positional = first is not None and (first.kind is first.POSITIONAL_ONLY or first.name not in names)
    if not named and any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return True, [], []
    by_name = named[1:] if positional else named
    for parameter in by_name:
        if parameter.name not in names and parameter.default is parameter.empty:
            problem = f"takes a parameter {parameter.name!r} that is never passed."
            raise ConfigurationError(option, problem, f"It may take any of: {', '.join(names)}.")
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return positional, [name for name in names if not (positional and name == names[0])], []
    required = [p.name for p in by_name if p.default is p.empty]
    return positional, required, [p.name for p in by_name if p.default is not p.empty and p.name in names]
