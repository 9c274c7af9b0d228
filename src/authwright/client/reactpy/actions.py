"""The client API of a ReactPy page, whose functions are also event handlers.

ReactPy passes an event to each handler, and awaits the result only if the handler is an ``async def`` function. So the
actions ignore the event, and start when they are called: ``"onClick": actions.sign_in`` and
``"onClick": lambda event: actions.sign_in("github")`` both work.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from reactpy.types import Event

from authwright.client.core.api import Api
from authwright.client.core.handlers import ignoring
from authwright.client.core.log import failed

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_without_event = ignoring(lambda argument: isinstance(argument, Event))
# The loop refers to its tasks weakly.
_running: set[asyncio.Task[Any]] = set()


class Started(Coroutine[Any, Any, _Result]):
    """A coroutine that has started. Awaiting it is optional: if it is not awaited and raises, that is logged."""

    def __init__(self, name: str, coroutine: Coroutine[Any, Any, _Result]) -> None:
        self._name = name
        self._awaited = False
        self._task = asyncio.get_running_loop().create_task(coroutine)
        self._steps = self._task.__await__()
        _running.add(self._task)
        self._task.add_done_callback(self._ended)

    def __await__(self) -> Generator[Any, Any, _Result]:
        self._awaited = True
        return self._steps

    def send(self, value: Any) -> Any:
        self._awaited = True
        return self._steps.send(value)

    def throw(self, *error: Any) -> Any:
        return self._steps.throw(*error)

    def close(self) -> None:
        self._steps.close()

    def _ended(self, task: asyncio.Task[_Result]) -> None:
        _running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not self._awaited:
            failed("CLIENT_HANDLER_ERROR", self._name, error)


def handler(
    action: Callable[_Parameters, Coroutine[Any, Any, _Result]],
) -> Callable[_Parameters, Started[_Result]]:
    """Let the method *action* be an event handler."""
    without_event = _without_event(action)

    @functools.wraps(action)
    def called(*args: Any, **kwargs: Any) -> Started[_Result]:
        return Started(action.__name__, without_event(*args, **kwargs))

    return called


class Actions(Api):
    """The client API of a page. Each function can be an event handler, or be awaited in one or in an effect."""

    # Type checkers see the methods of Api: what they return can be awaited as well.
    if not TYPE_CHECKING:
        sign_in = handler(Api.sign_in)
        sign_out = handler(Api.sign_out)
        get_session = handler(Api.get_session)
        get_csrf_token = handler(Api.get_csrf_token)
        get_providers = handler(Api.get_providers)
