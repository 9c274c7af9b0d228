"""One deadline for all store work of one request: connecting, waiting for a connection, and queries.

Rule 1: only the time that a request waits for its stores counts. Hooks, e-mail and providers have other limits.
Rule 2: all store calls of a request share one time budget, in any order and from any task.
Rule 3: a call outside a request has a separate budget, and so does a task that continues after its request.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from authwright.errors import ConfigurationError

P = ParamSpec("P")
T = TypeVar("T")

TIMEOUT = 5.0
"""The default time limit for the store work of one request, in seconds."""

# Seconds between two interruptions. Within this time, a healthy server learns that the statement was cancelled and
# stops waiting for a lock.
_AGAIN = 0.3
# The share of the time after which a call is cancelled. The rest is for the driver to drop its connection.
_USABLE = 0.93


class Passed(TimeoutError):
    """The store work of the request took longer than the deadline allows."""


class _Budget:
    __slots__ = ("is_over", "spent")

    def __init__(self) -> None:
        self.spent = 0.0
        self.is_over = False


class _Deadline:
    """The deadline of a call. It cancels the call like ``asyncio.timeout``, but repeatedly.

    After the first cancellation, a driver may start to close its connection gracefully, which can hang, or it may lose
    the cancellation, as ``asyncio.wait_for`` does before Python 3.12.
    """

    __slots__ = ("_before", "_task", "_timer", "interruptions")

    def __init__(self, seconds: float) -> None:
        task = asyncio.current_task()
        assert task
        self._task = task
        self._before = task.cancelling()
        self._timer = asyncio.get_running_loop().call_later(seconds * _USABLE, self._interrupt)
        self.interruptions = 0

    def is_why(self) -> bool:
        """Return whether this deadline, and not the caller, interrupted the call."""
        return 0 < self.interruptions >= self._task.cancelling() - self._before

    def stop(self) -> None:
        """Stop interrupting the call."""
        self._timer.cancel()
        for _ in range(self.interruptions):
            self._task.uncancel()

    def _interrupt(self) -> None:
        self.interruptions += 1
        self._task.cancel()
        self._timer = asyncio.get_running_loop().call_later(_AGAIN, self._interrupt)


_of_request: ContextVar[_Budget | None] = ContextVar("authwright_store_time", default=None)
_of_call: ContextVar[_Deadline | None] = ContextVar("authwright_store_deadline", default=None)


def check_timeout(timeout: float) -> float:
    """Return *timeout*. Raises ``ConfigurationError`` unless it is a positive, finite number of seconds."""
    value: object = timeout
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < timeout < float("inf"):
        problem = f"{timeout!r} is not a positive number of seconds."
        raise ConfigurationError("timeout", problem, "Use a number of seconds such as 5.")
    return timeout


def timeout_of(store: object) -> float:
    """Return the ``timeout`` of *store* in seconds, or the default if the store has none."""
    timeout = getattr(store, "timeout", None)
    return timeout if isinstance(timeout, int | float) else TIMEOUT


def one_request(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Decorate *method* so that all store work of a call shares one budget: the caller's budget, if there is one."""

    @functools.wraps(method)
    async def with_budget(*args: P.args, **named: P.kwargs) -> T:
        outer = _of_request.get()
        if outer and not outer.is_over:
            return await method(*args, **named)
        budget = _Budget()
        token = _of_request.set(budget)
        try:
            return await method(*args, **named)
        finally:
            budget.is_over = True
            _of_request.reset(token)

    return with_budget


async def within(seconds: float, method: Callable[..., Awaitable[T]], *args: object, **named: object) -> T:
    """Call *method* and return its result.

    Raises:
        Passed: The request has waited for its stores for *seconds* in total.
    """
    budget = _of_request.get()
    if budget is None or budget.is_over:
        budget = _Budget()
    if budget.spent >= seconds:
        raise Passed
    began = time.monotonic()
    deadline = _Deadline(seconds - budget.spent)
    token = _of_call.set(deadline)
    try:
        return await method(*args, **named)
    except asyncio.CancelledError:
        if deadline.is_why():
            raise Passed from None
        raise
    finally:
        deadline.stop()
        budget.spent += time.monotonic() - began
        _of_call.reset(token)


def has_passed() -> bool:
    """Return whether the deadline has interrupted the current call."""
    deadline = _of_call.get()
    return deadline is not None and deadline.interruptions > 0
