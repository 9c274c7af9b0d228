"""A wrapper around an app's store: it adds a deadline, and turns the exceptions of drivers into ``AdapterError``."""

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
        async def guarded(*args: object, **named: object) -> object:
            try:
                return await deadline.within(timeout, method, *args, **named)
            except AuthwrightError:
                raise
            except deadline.Passed as error:
                raise AdapterError(name, error, timeout) from None
            except Exception as error:
                # AdapterError reports only the type of the exception, because its text may quote values such as tokens.
                raise AdapterError(name, _of_driver(error)) from None

        setattr(self, name, guarded)
        return guarded


def _of_driver(error: Exception) -> BaseException:
    """Return the driver's exception that SQLAlchemy wraps: its type, such as InvalidPasswordError, says more."""
    original = getattr(error, "orig", None)
    return (original.__cause__ or original) if isinstance(original, BaseException) else error


def guard(store: Store, timeout: float = deadline.TIMEOUT) -> Store:
    """Return *store* with guarded methods, which raise only subclasses of ``AuthwrightError``.

    If the store fails, raises any other exception, or exceeds the deadline, a method raises ``AdapterError``.

    Args:
        store: An adapter or a revocation store.
        timeout: The deadline for all store work of one request, in seconds.
    """
    return cast(Store, _Guard(store, timeout))
