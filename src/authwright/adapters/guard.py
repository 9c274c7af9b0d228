"""What stands between the actions and an adapter: whatever a driver raises becomes one ``AdapterError``."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, cast

from authwright.adapters.base import Adapter
from authwright.errors import AdapterError, AuthwrightError


class _Guard:
    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = getattr(self._adapter, name)

        @functools.wraps(method)
        async def guarded(*args: object) -> object:
            try:
                return await method(*args)
            except AuthwrightError:
                raise
            except Exception as error:
                # A driver's text quotes the statement's values, tokens among them: only its type goes on.
                raise AdapterError(name, error) from None

        setattr(self, name, guarded)
        return guarded


def guard(adapter: Adapter) -> Adapter:
    """*adapter*, whose methods raise ``AuthwrightError``s only; a failure of the store is an ``AdapterError``."""
    return cast(Adapter, _Guard(adapter))
