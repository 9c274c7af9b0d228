"""Call the app's own functions (callbacks, events, provider hooks) in a uniform way.

A hook may be ``def`` or ``async def``, and receives only the values that it has parameters for:

- A parameter receives the value with the same name. If there is no such value, it keeps its default, or is None.
- If the name of the first parameter is not the name of a value, it receives the first value.
- ``**kwargs`` receives all values.

The signature is inspected once, at construction, so a parameter that would never be passed is an error there.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from authwright.errors import ConfigurationError
from authwright.server.runtime.hook_threads import run_in_thread
from authwright.server.runtime.subject import current

# A function of the app. ``bind`` checks its parameters, because no type expresses "any subset of these names".
Function: TypeAlias = Callable[..., Any]
Hook: TypeAlias = Callable[..., Awaitable[Any]]


def bind(function: Function, option: str, names: Sequence[str]) -> Hook:
    """Return a coroutine function that takes all *names* as keyword arguments and calls *function* with those it needs.

    *function* runs on the event loop even if it is a plain ``def``, so it must not block.

    Args:
        function: The app's function.
        option: The option that *function* comes from, for the error message.
        names: The names of the values. A first parameter with any other name receives the value of the first name.

    Returns:
        The coroutine function. It returns what *function* returns.

    Raises:
        ConfigurationError: *function* is not callable, or has a parameter that is not in *names*.
    """
    bound = _bound(function, option, names)

    async def call(**values: Any) -> Any:
        result = bound(values)
        return await result if inspect.isawaitable(result) else result

    return call


def bind_blocking(function: Function, option: str, names: Sequence[str]) -> Hook:
    """Like ``bind``, but for a function that may block: a plain ``def`` runs in a thread (see ``hook_threads``).

    If the ``def`` returns an awaitable, that is awaited on the event loop: the ``def`` may be a decorator or a partial
    around a coroutine function.

    Raises:
        ConfigurationError: As for ``bind``.
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
    """Return a function that calls *function* with those of the values that it has parameters for."""
    if not callable(function):
        raise ConfigurationError(option, "the value is not a function.", "Pass a function (def or async def).")
    positional, required, optional = _parameters(function, option, names)
    first = names[0] if names else ""

    def call(values: Mapping[str, Any]) -> Any:
        subject = current()
        if subject:
            # An exception of *function* may quote them.
            subject.given.append(values)
        kwargs = {name: values.get(name) for name in required}
        kwargs.update((name, values[name]) for name in optional if name in values)
        return function(values.get(first), **kwargs) if positional else function(**kwargs)

    return call


def _parameters(function: Function, option: str, names: Sequence[str]) -> tuple[bool, list[str], list[str]]:
    """Inspect the parameters of *function*.

    Returns:
        Whether the first value is passed by position, the names that are always passed, and the names that are passed
        only if they have a value.
    """
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
            problem = f"the function has a parameter {parameter.name!r}, which authwright never passes."
            raise ConfigurationError(option, problem, f"Use any of these parameters: {', '.join(names)}.")
    if any(p.kind is p.VAR_KEYWORD for p in parameters):
        return positional, [name for name in names if not (positional and name == names[0])], []
    required = [p.name for p in by_name if p.default is p.empty]
    return positional, required, [p.name for p in by_name if p.default is not p.empty and p.name in names]
