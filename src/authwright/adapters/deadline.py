"""One deadline for all store work of one request: connecting, waiting for a connection, queries.

Rule 1: what counts is the time that a request waits for its stores. Hooks, mail and providers have other limits.
Rule 2: all calls of a request spend from one budget, in whatever order and from whatever task.
Rule 3: a call outside a request has a separate budget, and so has a task that outlives its request.
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
"""How long the store work of one request may take, in seconds, if the store does not say otherwise."""

# A server that lives learns within that time that a statement was given up, and stops waiting for a lock.
_AGAIN = 0.3


class Passed(TimeoutError):
    """The request has waited for its stores for as long as it may."""


class _Budget:
    __slots__ = ("is_over", "spent")

    def __init__(self) -> None:
        self.spent = 0.0
        self.is_over = False


class _Deadline:
    """The end of a call's time. It interrupts the call as ``asyncio.timeout`` does, but more than once.

    The first time, a driver may begin to close its connection in peace, or lose the interruption altogether, as
    ``asyncio.wait_for`` does before Python 3.12.
    """

    __slots__ = ("_before", "_task", "_timer", "interruptions")

    def __init__(self, seconds: float) -> None:
        task = asyncio.current_task()
        assert task
        self._task = task
        self._before = task.cancelling()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._interrupt)
        self.interruptions = 0

    def is_why(self) -> bool:
        """Whether the call was interrupted by this deadline, and not by its caller."""
        return 0 < self.interruptions >= self._task.cancelling() - self._before

    def stop(self) -> None:
        """Interrupt no more."""
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
    """Return *timeout*. Raises ``ConfigurationError`` unless it is a positive number of seconds."""
    given: object = timeout
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 < timeout < float("inf"):
        raise ConfigurationError("timeout", f"is {timeout!r}.", "Use a number of seconds above 0, such as 5.")
    return timeout


def timeout_of(store: object) -> float:
    """Return how long *store* lets the work of one request take, in seconds; another author's store may not say."""
    timeout = getattr(store, "timeout", None)
    return timeout if isinstance(timeout, int | float) else TIMEOUT


def one_request(method: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let all store work of a call of *method* spend from one budget: the caller's, if the caller has one."""

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


async def within(seconds: float, method: Callable[..., Awaitable[T]], *args: object) -> T:
    """Return what *method* returns. Raises ``Passed`` when the request has waited *seconds* for its stores."""
    budget = _of_request.get()
    if budget is None or budget.is_over:
        budget = _Budget()
    if budget.spent >= seconds:
        raise Passed
    began = time.monotonic()
    deadline = _Deadline(seconds - budget.spent)
    token = _of_call.set(deadline)
    try:
        return await method(*args)
    except asyncio.CancelledError:
        if deadline.is_why():
            raise Passed from None
        raise
    finally:
        deadline.stop()
        budget.spent += time.monotonic() - began
        _of_call.reset(token)


def has_passed() -> bool:
    """Whether the running call was interrupted by its deadline."""
    deadline = _of_call.get()
    return deadline is not None and deadline.interruptions > 0
