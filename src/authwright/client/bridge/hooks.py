"""Calls of the app's functions: no caller waits for them, so their exceptions go to the log under a code."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable

from authwright.client.core.log import failed


def call_hook(name: str, hook: Callable[[], object]) -> Awaitable[None] | None:
    """Call the app's function *hook*. If it raises, log that with *name* and a traceback without secrets.

    Returns:
        An awaitable, which does not raise, if the hook is asynchronous.
    """
    try:
        result = hook()
        if inspect.isasyncgen(result) or inspect.isgenerator(result):
            raise TypeError(f"{name} did not run, because it contains yield. Use def or async def without yield.")
    except Exception as error:
        failed("CLIENT_HOOK_ERROR", name, error)
        return None
    return _finish(name, result) if inspect.isawaitable(result) else None


async def _finish(name: str, result: Awaitable[object]) -> None:
    try:
        await result
    except Exception as error:
        failed("CLIENT_HOOK_ERROR", name, error)
