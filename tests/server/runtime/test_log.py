"""The log: one line for each event, regardless of its text."""

from __future__ import annotations

import logging

import pytest

from authwright.errors import BadRequest
from authwright.server.runtime.log import Log, clean


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
