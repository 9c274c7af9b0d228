"""The text of an exception for a log: its type, its message and its traceback, without secrets.

An exception of another library often quotes its input, such as a password, and may shorten it.

Rule 1: a part of a message that also occurs in a known secret is hidden if it is long enough to reveal something. If
        there are too many secrets to compare, the whole message is hidden.
Rule 2: what may be a secret by its place is hidden, too: the echo of an input, the text next to an ellipsis, where a
        library has shortened its input, the user information in a URL, the value of a name such as ``password``, and
        text that looks like a token. If the secrets are not known at all, so is everything in quotes.
Rule 3: a traceback is the file, line and function of each frame, innermost first. It contains no source code and no
        values.
Rule 4: causes, contexts, the members of a group and notes follow the same rules.
Rule 5: the text is one line of limited length, without control characters.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from authwright.errors import ConfigurationError

__all__ = ["clean", "text_of"]

_HIDDEN = "[hidden]"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LIMIT = 500
# Characters of a message that are read. It may quote a whole request.
_READ = 4000
# Characters of secrets that are compared. If there are more, no message is shown.
_COMPARED = 64_000
_EVERYTHING = ""
_EXCEPTIONS = 4
# The import system, and our calls of the app's functions.
_NOT_SHOWN = ("<frozen ", str(Path(__file__).with_name("server") / "runtime"))
# A common part of this length is hidden anywhere. A shorter one also occurs in ordinary words.
_PART = 6
_SHORTEST = 4
_NAMES = r"(?:password|passwd|passphrase|pwd|secret|token|api_?key|authorization|cookie|credentials?|pin|otp|code)"
_BY_PLACE = (
    # Pydantic: the last input_type= of the line, because the input itself may contain that text.
    re.compile(r"input_value=(.*)(?=, input_type=)|input_value=(.*)"),
    re.compile(rf"(.{{0,{_PART - 1}}}(?:\.{{3,}}|…).{{0,{_PART - 1}}})"),
    re.compile(r"(?<=://)(\S*)@"),
    re.compile(rf"{_NAMES}\w*[\"']?\s*[=:]\s*(\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+)", re.IGNORECASE),
    re.compile(r"(?<![\w+=-])((?=[A-Za-z_+=-]*\d)[\w+=-]{20,})"),
)
_QUOTED = re.compile(r"(?<!\w)(([\"'])(?:\\.|(?!\2).)*?\2)(?!\w)")
# The interpreter quotes names and types in these, not values.
_QUOTES_NAMES = (AttributeError, ImportError, ModuleNotFoundError, NameError, TypeError, UnboundLocalError)


def text_of(error: BaseException, known: Iterable[str] | None, *, frames: int = 8) -> str:
    """Return the text of *error* for a log.

    Args:
        error: The exception.
        known: The secrets that its messages may quote. None if they are not known.
        frames: How many frames of a traceback to show.
    """
    forms = None if known is None else list(dict.fromkeys(form for secret in known for form in _forms(secret)))
    if forms and sum(map(len, forms)) > _COMPARED:
        # Comparing takes time, which a visitor must not be able to cause with a large request.
        forms = [_EVERYTHING]
    return "; ".join(f"{how}{_one(each, forms, frames)}" for how, each in _chain(error))


def clean(text: str) -> str:
    """Return *text* for a log line: control characters and direction marks replaced, at most 500 characters."""
    return _UNPRINTABLE.sub("?", text)[:_LIMIT]


def _chain(error: BaseException) -> list[tuple[str, BaseException]]:
    """Return *error* and what it contains or follows from, each with words that say how; at most four exceptions."""
    found: list[tuple[str, BaseException]] = []
    waiting = [("", error)]
    while waiting and len(found) < _EXCEPTIONS:
        how, each = waiting.pop(0)
        if any(each is known for _, known in found):
            continue
        found.append((how, each))
        if isinstance(each, BaseExceptionGroup):
            waiting += [("which contains ", member) for member in each.exceptions]
        before = each.__cause__ if each.__cause__ or each.__suppress_context__ else each.__context__
        if before:
            waiting.append(("caused by " if each.__cause__ else "raised after ", before))
    return found


def _one(error: BaseException, forms: list[str] | None, limit: int) -> str:
    name = type(error).__name__
    messages = [_message(error), *(note for note in _notes(error) if isinstance(note, str))]
    unknown = forms is None and type(error) not in _QUOTES_NAMES
    if not isinstance(error, ConfigurationError):  # which never contains a secret
        messages = [_hide(text[:_READ], forms or [], quoted=unknown) for text in messages]
    message = clean(" ".join(filter(None, messages)))
    found = [one for one in traceback.extract_tb(error.__traceback__) if not one.filename.startswith(_NOT_SHOWN)]
    where = ", ".join(f"{one.filename}:{one.lineno} in {one.name}" for one in reversed(found[-limit:]))
    return f"{name}: {message}" + (f" ({_UNPRINTABLE.sub('?', where)})" if where else "")


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def _notes(error: BaseException) -> list[object]:
    notes = getattr(error, "__notes__", None)
    return notes if isinstance(notes, list) else []


def _hide(text: str, forms: list[str], *, quoted: bool) -> str:
    if _EVERYTHING in forms:
        return _HIDDEN
    hidden = bytearray(len(text))
    for start, end in _spans(text, forms, quoted=quoted):
        hidden[start:end] = b"\1" * (end - start)
    parts: list[str] = []
    for position, character in enumerate(text):
        if not hidden[position]:
            parts.append(character)
        elif position == 0 or not hidden[position - 1]:
            parts.append(_HIDDEN)
    return "".join(parts)


def _spans(text: str, forms: list[str], *, quoted: bool) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each part of *text* that must be hidden."""
    lower, secrets = _lower(text), [_lower(form) for form in forms]
    places: dict[str, list[int]] = {}
    for start in range(len(lower) - _PART + 1):
        places.setdefault(lower[start : start + _PART], []).append(start)
    for secret in secrets:
        for offset in range(len(secret) - _PART + 1):
            yield from ((start, start + _PART) for start in places.get(secret[offset : offset + _PART], ()))
        if len(secret) < _PART:
            yield from _occurrences(lower, secret)
    for pattern in (*_BY_PLACE, *((_QUOTED,) if quoted else ())):
        for found in pattern.finditer(text):
            yield found.span(1) if found.start(1) >= 0 else found.span(2)


def _occurrences(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Yield where the short *secret* occurs. A very short one counts only in quotes: it is part of many words."""
    found = re.escape(secret)
    pattern = found if len(secret) >= _SHORTEST else rf"(?<=['\"]){found}(?=['\"])"
    for match in re.finditer(pattern, text):
        yield match.span()


def _forms(secret: str) -> Iterator[str]:
    """Yield *secret* as a message may write it: as it is, escaped by Python or JSON, or percent-encoded."""
    if secret:
        yield secret
        if not secret.isalnum() or not secret.isascii():
            yield from (repr(secret)[1:-1], ascii(secret)[1:-1], json.dumps(secret)[1:-1])
            yield repr(secret.encode("utf-8", "replace"))[2:-1]
            yield from (quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace"))


def _lower(text: str) -> str:
    """Return *text* in lower case, with the same length."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(one if len(one.lower()) > 1 else one.lower() for one in text)
