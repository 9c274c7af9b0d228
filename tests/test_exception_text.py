"""The text of an exception for a log: type, message and traceback, and no secret that the message quotes."""

from __future__ import annotations

import json
import reprlib
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from authwright.exception_text import text_of

PASSWORD = "Correct-Horse, battery 'staple' 다크 and more words 99"


class Login(BaseModel):
    username: str
    password: str = Field(max_length=8)


def raised(function: Callable[[], object]) -> Exception:
    """Return the exception that *function* raises, with its traceback."""
    try:
        function()
    except Exception as error:
        return error
    raise AssertionError


def parts_of(secret: str, length: int = 6) -> set[str]:
    return {secret[start : start + length] for start in range(len(secret) - length + 1)}


def reveals(text: str, secret: str = PASSWORD) -> list[str]:
    return [part for part in parts_of(secret) if part in text]


@pytest.mark.parametrize("known", [[PASSWORD], None], ids=["known", "unknown"])
@pytest.mark.parametrize(
    "fields",
    [{"username": "alice", "password": PASSWORD}, {"password": PASSWORD}, {"user": "a", "password": PASSWORD * 3}],
    ids=["value", "dict", "long"],
)
def test_what_pydantic_echoes_of_its_input_is_hidden(fields: dict[str, Any], known: list[str] | None) -> None:
    error = raised(lambda: Login(**fields))
    assert reveals(str(error))
    text = text_of(error, known)
    assert reveals(text) == []
    assert "ValidationError: " in text
    assert "password" in text


@given(secret=st.text(min_size=6, max_size=200), size=st.integers(10, 120))
def test_a_known_secret_is_hidden_however_it_is_written_and_shortened(secret: str, size: int) -> None:
    short = reprlib.Repr()
    short.maxstring = size
    written = [secret, repr(secret), ascii(secret), json.dumps(secret), short.repr(secret), secret.upper()]
    written += [quote(secret, safe="", errors="replace"), secret[: len(secret) // 2], f"{secret[:9]}...{secret[-9:]}"]
    for form in written:
        text = text_of(ValueError(f"~ {form} ~"), [secret])
        inside = text.removeprefix("ValueError: ~ ").removesuffix(" ~")
        assert [part for part in parts_of(secret) if part in inside and part not in "[hidden]"] == []


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("dsn=postgres://root:hunter2@db", "dsn=postgres://[hidden]@db"),
        ("password=hunter2 was refused", "password=[hidden] was refused"),
        ("{'client_secret': 'hunter2'}", "{'client_secret': [hidden]}"),
        ("the key sk9f8a7b6c5d4e3f2a1b0c is invalid", "the key [hidden] is invalid"),
        ("the app's own", "the app's own"),
        ("Timeout after 10 s", "Timeout after 10 s"),
    ],
)
def test_what_is_a_secret_by_its_place_is_hidden(message: str, shown: str) -> None:
    assert text_of(ValueError(message), []) == f"ValueError: {shown}"


def test_a_short_secret_is_hidden_and_a_very_short_one_in_quotes() -> None:
    assert (
        text_of(ValueError("wrong: 2846, '12' of 312"), ["2846", "12"])
        == "ValueError: wrong: [hidden], '[hidden]' of 312"
    )


def test_if_the_secrets_are_unknown_everything_in_quotes_is_hidden_except_names_in_the_interpreters_errors() -> None:
    assert text_of(ValueError("invalid literal for int(): 'hunter2'"), None).endswith("int(): [hidden]")
    assert text_of(raised(lambda: None.id), None).startswith(  # type: ignore[attr-defined]
        "AttributeError: 'NoneType' object has no attribute 'id' ("
    )


def chained() -> None:
    try:
        raise ValueError(f"inner {PASSWORD}")
    except ValueError as error:
        error.add_note(f"note {PASSWORD}")
        raise ExceptionGroup(f"outer {PASSWORD}", [TypeError(f"member {PASSWORD}"), KeyError(PASSWORD)]) from error


def test_causes_members_and_notes_are_shown_and_hide_the_same() -> None:
    text = text_of(raised(chained), [PASSWORD])
    for word in ("outer", "member", "inner", "note", "which contains KeyError", "caused by ValueError"):
        assert word in text
    assert reveals(text) == []


def test_a_context_is_shown_unless_it_is_suppressed() -> None:
    def fail(suppress: bool) -> None:
        try:
            raise ValueError("first")
        except ValueError:
            if suppress:
                raise TypeError("second") from None
            raise TypeError("second")  # noqa: B904

    assert "raised after ValueError: first" in text_of(raised(lambda: fail(False)), [])
    assert "first" not in text_of(raised(lambda: fail(True)), [])


def test_the_traceback_names_the_frames_innermost_first_without_source_code() -> None:
    def refuse() -> None:
        raise ValueError("no") or PASSWORD

    text = text_of(raised(refuse), [])
    assert text.index(" in refuse") < text.index(" in raised")
    assert "raise ValueError" not in text


@given(st.text(max_size=300))
def test_the_text_is_one_line_without_control_characters(message: str) -> None:
    error = ValueError(message)
    error.add_note(f"\x1b[31m\n{message}")
    text = text_of(error, [])
    assert text.isprintable() or not any(character < " " or "\x7f" <= character < "\xa0" for character in text)


def test_an_exception_that_cannot_be_written_is_named() -> None:
    class Odd(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert text_of(Odd(), []) == "Odd: "


def test_the_text_has_a_limited_length() -> None:
    error: Exception = ValueError("x " * 100_000)
    for _ in range(50):
        after = ValueError("y " * 100_000)
        after.__cause__ = error
        error = after
    assert len(text_of(error, ["z" * 100_000])) < 3000


def test_a_very_large_request_hides_the_whole_message_and_takes_no_time() -> None:
    secrets = [f"{number} {quote(PASSWORD)}" * 10 for number in range(1000)]
    began = time.process_time()
    text = text_of(ValueError("..." + PASSWORD * 100), secrets)
    assert text == "ValueError: [hidden]"
    assert time.process_time() - began < 1
