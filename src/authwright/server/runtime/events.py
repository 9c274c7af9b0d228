"""Events that notify the app of what happened. If a listener fails, the error is logged and nothing else changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from authwright.server.runtime.hooks import Hook
from authwright.server.runtime.log import Log


class Emit(Protocol):
    """A function that calls the app's listener for the event *name*, if there is one."""

    async def __call__(self, name: str, /, **values: object) -> None: ...


def emitter(hooks: Mapping[str, Hook], log: Log) -> Emit:
    """Return a function that calls the listeners *hooks*, by the name of the event.

    If a listener raises an exception, it is logged under v4's code, such as ``SIGN_IN_EVENT_ERROR``.
    """

    async def emit(name: str, /, **values: object) -> None:
        hook = hooks.get(name)
        if not hook:
            return
        try:
            await hook(**values)
        except Exception as error:
            log.error(f"{name.upper()}_EVENT_ERROR", error, user_id=getattr(values.get("user"), "id", None))

    return emit
