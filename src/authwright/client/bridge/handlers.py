"""Event handlers: our actions, which ignore the event, and the app's hooks, whose exceptions no caller sees."""

from __future__ import annotations

import functools
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def ignoring(
    event: type,
) -> Callable[
    [Callable[_Parameters, Coroutine[Any, Any, _Result]]], Callable[_Parameters, Coroutine[Any, Any, _Result]]
]:
    """Return a decorator for an action that may be an event handler: it ignores arguments of the type *event*.

    An event is never an argument of an action. Taken for one, it would be the provider to sign in with.
    """

    def decorate(
        action: Callable[_Parameters, Coroutine[Any, Any, _Result]],
    ) -> Callable[_Parameters, Coroutine[Any, Any, _Result]]:
        @functools.wraps(action)
        def handler(*args: Any, **kwargs: Any) -> Coroutine[Any, Any, _Result]:
            return action(*(one for one in args if not isinstance(one, event)), **kwargs)

        return handler

    return decorate


def call_hook(name: str, hook: Callable[[], object]) -> Awaitable[None] | None:
    """Call the app's function *hook*. If it raises, log that with *name* and a traceback, and raise it again.

    Returns:
        An awaitable if the hook is asynchronous.
    """
    try:
        result = hook()
        if inspect.isasyncgen(result) or inspect.isgenerator(result):
            raise TypeError(f"{name} did not run, because it contains yield. Use def or async def without yield.")
    except Exception:
        _report(name)
        raise
    return _finish(name, result) if inspect.isawaitable(result) else None


async def _finish(name: str, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception:
        _report(name)
        raise


def _report(name: str) -> None:
    logging.getLogger("authwright.client").exception("CLIENT_HOOK_ERROR: %s failed.", name)
