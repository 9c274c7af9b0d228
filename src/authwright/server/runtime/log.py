"""The log. Each line has a code, what happened and what to do. No line contains a secret or a control character.

Rule 1: what the developer or the operator has to repair is an error: a misconfiguration, a store that is down, an
        exception or an unusable result of one of the app's functions.
Rule 2: what a visitor or a provider causes is a warning, whether it is a mistake or an attack: a refused password, link
        or CSRF token, an unknown page. So is a setting that works, but not as it should.
Rule 3: what the app is doing, while nothing is wrong, is for ``debug=True`` only.
Rule 4: a refusal leaves exactly one line.
Rule 5: each record has the attributes ``code``, ``provider``, ``client`` (the address at the other end of the
        connection) and ``user_id``, each a string or None.
Rule 6: of an exception, the text is written by ``exception_text``: it may quote a secret of the request (``subject``).
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from typing import Protocol

from authwright.errors import ConfigurationError
from authwright.exception_text import clean, text_of
from authwright.server.runtime.subject import current

__all__ = ["Log", "Logger", "clean", "current_log"]


class Logger(Protocol):
    """The interface of the option ``logger``. ``logging.Logger`` and structlog's loggers implement it.

    If the methods accept ``extra``, as those of ``logging.Logger`` do, they receive the fields of the record.
    """

    def error(self, msg: str, *args: object) -> object: ...
    def warning(self, msg: str, *args: object) -> object: ...
    def debug(self, msg: str, *args: object) -> object: ...


class Log:
    """Writes log lines.

    Args:
        logger: The app's logger. None uses ``logging.getLogger("authwright")``.
        debug: Whether to write debug lines.

    Raises:
        ConfigurationError: *logger* lacks a method.
    """

    def __init__(self, logger: Logger | None = None, *, debug: bool = False) -> None:
        self._logger: Logger = logging.getLogger("authwright") if logger is None else logger
        for method in ("error", "warning", "debug"):
            if not callable(getattr(self._logger, method, None)):
                problem = f"is of type {type(logger).__name__}, without the method {method}."
                raise ConfigurationError("logger", problem, "Pass a logger such as logging.getLogger('auth').")
        self._has_fields = _accepts_extra(self._logger.error)
        self._debug = debug

    def error(self, code: str, what: str | BaseException, *, user_id: object = None) -> None:
        """Log *what*, which the developer or the operator has to repair."""
        self._write(self._logger.error, "error", code, what, user_id)

    def warning(self, code: str, what: str | BaseException, *, user_id: object = None) -> None:
        """Log *what*, which a visitor or a provider has caused."""
        self._write(self._logger.warning, "warn", code, what, user_id)

    def debug(self, code: str, what: str) -> None:
        """Log *what* if debug lines are enabled."""
        if self._debug:
            self._write(self._logger.debug, "debug", code, what, None)

    def _write(
        self, write: Callable[..., object], level: str, code: str, what: str | BaseException, user_id: object
    ) -> None:
        subject = current()
        text = clean(what) if isinstance(what, str) else text_of(what, subject.secrets() if subject else ())
        fields = {
            "code": code,
            "provider": subject.provider if subject else None,
            "client": _field(subject.request.client) if subject else None,
            "user_id": _field(user_id),
        }
        named = {"extra": fields} if self._has_fields else {}
        write(f"[authwright][{level}][%s] %s", code, text, **named)


def current_log() -> Log:
    """Return the log of the ``Auth`` that handles the current request, or else the default log."""
    subject = current()
    return subject.log if subject and subject.log else Log()


def _field(value: object) -> str | None:
    return None if value is None else clean(str(value))


def _accepts_extra(write: Callable[..., object]) -> bool:
    try:
        parameters = inspect.signature(write).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(one.kind is one.VAR_KEYWORD or one.name == "extra" for one in parameters)
