"""The log: one line for each event, regardless of its text."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from authwright.errors import BadRequest, ConfigurationError
from authwright.http import Request
from authwright.server.runtime.hooks import bind_blocking
from authwright.server.runtime.log import Log, clean
from authwright.server.runtime.subject import Subject


class Lines:
    """An app's own logger."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def error(self, msg: str, *args: object) -> None:
        self.lines.append(msg % args)

    warning = error
    debug = error


def test_a_line_contains_the_level_the_code_and_the_text() -> None:
    logger = Lines()
    log = Log(logger, debug=True)
    log.error("A", "one")
    log.warning("B", "two")
    log.debug("C", "three")
    assert logger.lines == ["[authwright][error][A] one", "[authwright][warn][B] two", "[authwright][debug][C] three"]


def test_debug_lines_are_written_only_in_debug_mode() -> None:
    logger = Lines()
    Log(logger).debug("C", "three")
    assert logger.lines == []


def test_without_a_logger_the_log_goes_to_pythons_logging(caplog: pytest.LogCaptureFixture) -> None:
    Log().error("A", "one")
    assert caplog.record_tuples == [("authwright", logging.ERROR, "[authwright][error][A] one")]


def test_a_percent_sign_is_not_a_format(caplog: pytest.LogCaptureFixture) -> None:
    Log().error("A", "100% %s %(x)d")
    assert caplog.messages == ["[authwright][error][A] 100% %s %(x)d"]


@pytest.mark.parametrize("character", "\0\n\r\t\x1b\x7f\x85\x9b\u2028\u2029\u202e\u2066", ids=ascii)
def test_control_characters_and_direction_marks_are_replaced(character: str) -> None:
    assert clean(f"a{character}b") == "a?b"


def test_a_line_keeps_letters_of_any_language() -> None:
    assert clean("홍길동 שלום 👩") == "홍길동 שלום 👩"


def test_a_text_is_truncated_to_500_characters() -> None:
    assert clean("x" * 10_000) == "x" * 500


def test_an_exception_is_logged_with_its_type_and_location() -> None:
    logger = Lines()
    try:
        raise BadRequest("The field\ncsrfToken is not a string.")
    except BadRequest as error:
        Log(logger).error("A", error)
    assert logger.lines[0].startswith("[authwright][error][A] BadRequest: The field?csrfToken is not a string. (")
    assert "test_log.py" in logger.lines[0]


def test_an_exception_that_was_never_raised_is_logged_too() -> None:
    logger = Lines()
    Log(logger).warning("A", ValueError("x"))
    assert logger.lines == ["[authwright][warn][A] ValueError: x"]


def test_a_record_has_the_fields_outside_a_request_too(caplog: pytest.LogCaptureFixture) -> None:
    Log().error("A", "one", user_id=7)
    Log().warning("B", "two", user_id="x\ny")
    fields = [
        tuple(vars(record)[name] for name in ("code", "provider", "client", "user_id")) for record in caplog.records
    ]
    assert fields == [("A", None, None, "7"), ("B", None, None, "x?y")]


def test_a_record_has_the_fields_of_the_current_request(caplog: pytest.LogCaptureFixture) -> None:
    with Subject(Request("GET", "/", client="192.0.2.1")) as subject:
        subject.provider = "github"
        Log().error("A", "one")
    assert (vars(caplog.records[0])["provider"], vars(caplog.records[0])["client"]) == ("github", "192.0.2.1")


class Structured:
    """A logger that takes the fields as a keyword argument."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []

    def error(self, msg: str, *args: object, **fields: Any) -> None:
        self.events.append((msg % args, fields["extra"]))

    warning = debug = error


def test_a_logger_that_accepts_extra_gets_the_fields() -> None:
    logger = Structured()
    Log(logger).warning("A", "one", user_id="1")
    assert logger.events == [
        ("[authwright][warn][A] one", {"code": "A", "provider": None, "client": None, "user_id": "1"})
    ]


def test_an_adapter_of_a_logger_works(caplog: pytest.LogCaptureFixture) -> None:
    Log(logging.LoggerAdapter(logging.getLogger("app"), {"app": "shop"})).error("A", "one")
    assert caplog.record_tuples == [("app", logging.ERROR, "[authwright][error][A] one")]


def test_a_logger_that_is_empty_is_still_the_apps_logger() -> None:
    class Empty(Lines):
        def __len__(self) -> int:
            return 0

    logger = Empty()
    Log(logger).error("A", "one")
    assert len(logger.lines) == 1


@pytest.mark.parametrize("logger", [7, print, "app", object()])
def test_a_value_that_is_not_a_logger_is_refused(logger: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"logger: .* without the method error"):
        Log(logger)


def test_what_a_hook_receives_in_another_thread_is_known_to_the_log() -> None:
    def fail(token: str) -> None:
        raise ValueError(f"bad {token}")

    async def call() -> None:
        with Subject(Request("GET", "/")):
            try:
                await bind_blocking(fail, "x", ("token",))(token="token-of-a-user")
            except ValueError as error:
                Log(logger).error("A", error)

    logger = Lines()
    asyncio.run(call())
    assert logger.lines[0].startswith("[authwright][error][A] ValueError: bad [hidden] (")
