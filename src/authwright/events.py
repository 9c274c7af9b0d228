"""Events: the app is told what happened. One that fails is logged and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from authwright.hooks import Hook
from authwright.log import Log


class Emit(Protocol):
    """Tell the app of the event *name*, if it listens."""

    async def __call__(self, name: str, /, **values: object) -> None: ...


def emitter(hooks: Mapping[str, Hook], log: Log) -> Emit:
    """What tells the listeners *hooks*; a listener's failure is logged as v4 does (``SIGN_IN_EVENT_ERROR``)."""

    async def emit(name: str, /, **values: object) -> None:
        hook = hooks.get(name)
        if not hook:
            return
        try:
            await hook(**values)
        except Exception as error:
            log.error(f"{name.upper()}_EVENT_ERROR", error)

    return emit
