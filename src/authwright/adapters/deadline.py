"""One deadline for all store work of one request: connecting, waiting for a connection, queries.

Rule 1: what counts is the time that a request waits for its stores. Hooks, mail and providers have limits of their own.
Rule 2: all calls of a request spend from one budget, in whatever order and from whatever task.
Rule 3: a call outside a request has a budget of its own, and so has a task that outlives its request.
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


class Passed(TimeoutError):
    """The request has waited for its stores for as long as it may."""


class _Budget:
    __slots__ = ("is_over", "spent")

    def __init__(self) -> None:
        self.spent = 0.0
        self.is_over = False


_of_request: ContextVar[_Budget | None] = ContextVar("authwright_store_time", default=None)
_of_call: ContextVar[asyncio.Timeout | None] = ContextVar("authwright_store_deadline", default=None)


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
    deadline = asyncio.timeout(seconds - budget.spent)
    token = _of_call.set(deadline)
    try:
        async with deadline:
            return await method(*args)
    except TimeoutError:
        if deadline.expired():
            raise Passed from None
        raise
    finally:
        budget.spent += time.monotonic() - began
        _of_call.reset(token)


def has_passed() -> bool:
    """Whether the running call was interrupted by its deadline, and not by its caller."""
    deadline = _of_call.get()
    return deadline is not None and deadline.expired()
