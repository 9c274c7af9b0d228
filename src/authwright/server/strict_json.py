"""Strict JSON (RFC 8259), formatted like JavaScript's ``JSON.stringify``.

With options, ``json.dumps`` and ``json.loads`` create an encoder or a decoder at each call, and the encoder always
creates its compiled half at each call. That costs more than the work itself, so this module creates each of them once.
"""

from __future__ import annotations

from json import JSONDecoder, JSONEncoder
from json import encoder as _implementation
from typing import Any


def dump(value: object) -> bytes:
    """Return *value* as JSON in UTF-8, without whitespace.

    Raises:
        TypeError: *value* contains a type that JSON does not have.
        ValueError: *value* contains NaN or an infinite number.
        RecursionError: *value* contains itself, or is nested too deeply.
    """
    text = "".join(_chunks(value, 0)) if _chunks else _encoder.encode(value)
    return text.encode("utf-8", "replace")


def load(text: bytes) -> Any:
    """Parse UTF-8 JSON.

    Raises:
        ValueError: *text* is not valid JSON or not valid UTF-8.
        RecursionError: *text* is nested too deeply.
    """
    document = text.decode()
    try:
        value, end = _scan(document, 0)
    except StopIteration:
        end = -1
    # If there is whitespace around the value, or no value, the full decoder handles it.
    return value if end == len(document) else _decoder.decode(document)


def load_foreign(text: bytes) -> Any:
    """Parse UTF-8 JSON like ``load``, and refuse unpaired surrogates.

    For input that may reach a cookie, a store or a response: they cannot encode an unpaired surrogate.

    Raises:
        ValueError: *text* is not valid JSON, or a string in it has an unpaired surrogate.
        RecursionError: *text* is nested too deeply.
    """
    value = load(text)
    _encoder.encode(value).encode()
    return value


def load_repaired(text: bytes) -> Any:
    """Parse UTF-8 JSON like ``load``, and replace each unpaired surrogate with U+FFFD.

    For documents of which only some members are used. A text that identifies someone must not contain U+FFFD, because
    different texts become equal by the replacement.

    Raises:
        ValueError: *text* is not valid JSON.
        RecursionError: *text* is nested too deeply.
    """
    value = load(text)
    plain = _encoder.encode(value)
    try:
        plain.encode()
    except UnicodeEncodeError:
        return load(plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode())
    return value


def _refuse_constant(name: str) -> None:
    # NaN and Infinity are not JSON. A token whose exp is NaN would never expire: every comparison with NaN is false.
    raise ValueError(name)


_encoder = JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_compiled = getattr(_implementation, "c_make_encoder", None)
# The same call as in JSONEncoder.iterencode, but without the check for circular references: those raise RecursionError.
_chunks = _compiled and _compiled(
    None, _encoder.default, _implementation.encode_basestring, None, ":", ",", False, False, False
)


_decoder = JSONDecoder(parse_constant=_refuse_constant)
_scan = _decoder.scan_once  # type: ignore[attr-defined]  # the compiled scanner, which is missing in the stubs
