"""The log. Each line has a code, what happened and what to do. No line contains a secret or a control character."""

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
    """The interface of the option ``logger``. ``logging.Logger`` and structlog's loggers implement it."""

    def error(self, msg: str, *args: object) -> object: ...
    def warning(self, msg: str, *args: object) -> object: ...
    def debug(self, msg: str, *args: object) -> object: ...


class Log:
    """Writes log lines.

    Args:
        logger: The app's logger. None uses ``logging.getLogger("authwright")``.
        debug: Whether to write debug lines.
    """

    def __init__(self, logger: Logger | None = None, *, debug: bool = False) -> None:
        self._logger: Logger = logger or logging.getLogger("authwright")
        self._debug = debug

    def error(self, code: str, what: str | BaseException, *, hide: Iterable[str] = ()) -> None:
        """Log *what* as an error. The values *hide* are replaced, because the app's exception may quote them."""
        self._logger.error("[authwright][error][%s] %s", code, _text(what, hide))

    def warning(self, code: str, what: str | BaseException) -> None:
        """Log *what* as a warning."""
        self._logger.warning("[authwright][warn][%s] %s", code, _text(what))

    def debug(self, code: str, what: str) -> None:
        """Log *what* if debug lines are enabled."""
        if self._debug:
            self._logger.debug("[authwright][debug][%s] %s", code, _text(what))


def clean(text: str) -> str:
    """Return *text* for a log line: control characters and direction marks replaced, at most 500 characters."""
    return _UNPRINTABLE.sub("?", text)[:_LIMIT]


def _text(what: str | BaseException, hide: Iterable[str] = ()) -> str:
    if isinstance(what, str):
        return clean(what)
    frames = traceback.extract_tb(what.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name})" if frames else ""
    return clean(f"{type(what).__name__}: {_without(str(what), hide)}{where}")


def _without(text: str, hide: Iterable[str]) -> str:
    for value in sorted(hide, key=len, reverse=True):
        # A shorter value reveals little, and replacing it would make the text unreadable.
        if len(value) >= _SHORTEST_HIDDEN:
            text = text.replace(repr(value)[1:-1], "[hidden]").replace(value, "[hidden]")
    return text
