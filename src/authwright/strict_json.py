"""JSON as RFC 8259 knows it, written as JavaScript's ``JSON.stringify`` writes it.

``json.dumps`` and ``json.loads`` make an encoder and a decoder at each call with options, and the encoder makes its
compiled half at each call whatever the options; that costs more than the work itself. So all are made once, here.
"""

from __future__ import annotations

from json import JSONDecoder, JSONEncoder
from json import encoder as _implementation
from typing import Any


def dump(value: object) -> bytes:
    """*value* as JSON without blanks, in UTF-8.

    Raises:
        TypeError, ValueError, RecursionError: It is none: of another type, not finite, or a circle.
    """
    text = "".join(_chunks(value, 0)) if _chunks else _encoder.encode(value)
    return text.encode("utf-8", "replace")


def load(text: bytes) -> Any:
    """What *text*, in UTF-8, says. Raises ``ValueError`` where it is no JSON, ``RecursionError`` where it is deep."""
    document = text.decode()
    try:
        value, end = _scan(document, 0)
    except StopIteration:
        end = -1
    # With blanks around the value, or no value, the scanner's caller knows more.
    return value if end == len(document) else _decoder.decode(document)


def load_foreign(text: bytes) -> Any:
    """As ``load``, for what may reach a cookie, a store or an answer: an unpaired surrogate is no text there."""
    value = load(text)
    _encoder.encode(value).encode()
    return value


def _refuse_constant(name: str) -> None:
    # NaN and Infinity are no JSON, and an exp of NaN would never expire: every comparison with it is false.
    raise ValueError(name)


_encoder = JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_compiled = getattr(_implementation, "c_make_encoder", None)
# What JSONEncoder.iterencode makes of its options, without the look-out for circles: those end in a RecursionError.
_chunks = _compiled and _compiled(
    None, _encoder.default, _implementation.encode_basestring, None, ":", ",", False, False, False
)


_decoder = JSONDecoder(parse_constant=_refuse_constant)
_scan = _decoder.scan_once  # type: ignore[attr-defined]  # the compiled scanner, which the stubs leave out
