"""Calls of the app's functions: no caller waits for them, so their exceptions go to the log under a code."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable


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
