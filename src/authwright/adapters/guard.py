"""What stands between us and an app's store: whatever a driver raises becomes one ``AdapterError``."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from authwright.errors import AdapterError, AuthwrightError

Store = TypeVar("Store")


class _Guard:
    def __init__(self, store: object) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = getattr(self._store, name)

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


def guard(store: Store) -> Store:
    """*store*, whose methods raise ``AuthwrightError``s only; a failure of it is an ``AdapterError``."""
    return cast(Store, _Guard(store))
