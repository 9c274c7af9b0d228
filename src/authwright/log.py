"""The one way into the log: a code, what happened, and what to do; never a secret and never a control character."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterable
from typing import Protocol

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LIMIT = 500
_SHORTEST_HIDDEN = 4


class Logger(Protocol):
    """What the option ``logger`` needs to be: ``logging.Logger`` is one, and so is structlog's."""

    def error(self, msg: str, *args: object) -> object: ...
    def warning(self, msg: str, *args: object) -> object: ...
    def debug(self, msg: str, *args: object) -> object: ...


class Log:
    """Writes to the app's *logger*, else to ``logging.getLogger("authwright")``; debug lines only with *debug*."""

    def __init__(self, logger: Logger | None = None, *, debug: bool = False) -> None:
        self._logger: Logger = logger or logging.getLogger("authwright")
        self._debug = debug

    def error(self, code: str, what: str | BaseException, *, hide: Iterable[str] = ()) -> None:
        """Log *what*, without the values *hide*, which an app's exception may quote."""
        self._logger.error("[authwright][error][%s] %s", code, _text(what, hide))

    def warning(self, code: str, what: str | BaseException) -> None:
        self._logger.warning("[authwright][warn][%s] %s", code, _text(what))

    def debug(self, code: str, what: str) -> None:
        if self._debug:
            self._logger.debug("[authwright][debug][%s] %s", code, _text(what))


def clean(text: str) -> str:
    """*text* without control characters or direction marks, at most 500 characters: safe in a line of a log."""
    return _UNPRINTABLE.sub("?", text)[:_LIMIT]


def _text(what: str | BaseException, hide: Iterable[str] = ()) -> str:
    if isinstance(what, str):
        return clean(what)
    frames = traceback.extract_tb(what.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name})" if frames else ""
    return clean(f"{type(what).__name__}: {_without(str(what), hide)}{where}")


def _without(text: str, hide: Iterable[str]) -> str:
    for value in sorted(hide, key=len, reverse=True):
        # A value that is shorter says little, and would make the text unreadable.
        if len(value) >= _SHORTEST_HIDDEN:
            text = text.replace(repr(value)[1:-1], "[hidden]").replace(value, "[hidden]")
    return text
