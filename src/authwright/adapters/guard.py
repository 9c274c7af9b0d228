"""What stands between us and an app's store: one deadline, and one ``AdapterError`` for whatever a driver raises."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from authwright.adapters import deadline
from authwright.errors import AdapterError, AuthwrightError

Store = TypeVar("Store")


class _Guard:
    def __init__(self, store: object, timeout: float) -> None:
        self._store = store
        self._timeout = timeout

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method: Callable[..., Awaitable[Any]] = getattr(self._store, name)
        timeout = self._timeout

        @functools.wraps(method)
        async def guarded(*args: object) -> object:
            try:
                return await deadline.within(timeout, method, *args)
            except AuthwrightError:
                raise
            except deadline.Passed as error:
                raise AdapterError(name, error, timeout) from None
            except Exception as error:
                # A driver's text quotes the statement's values, tokens among them: only its type goes on.
                raise AdapterError(name, error) from None

        setattr(self, name, guarded)
        return guarded


def guard(store: Store, timeout: float = deadline.TIMEOUT) -> Store:
    """*store*, whose methods raise ``AuthwrightError``s only; a failure of it is an ``AdapterError``.

    Args:
        store: An adapter, or a store of revocations.
        timeout: How long the store work of one request may take, in seconds.
    """
    return cast(Store, _Guard(store, timeout))
