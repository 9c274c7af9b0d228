"""JSON as RFC 8259 knows it, written as JavaScript's ``JSON.stringify`` writes it.

The encoder and the decoder are made once: ``json.dumps`` and ``json.loads`` make new ones at each call with options,
which costs more than the work itself.
"""

from __future__ import annotations

from json import JSONDecoder, JSONEncoder
from typing import Any


def dump(value: object) -> bytes:
    """*value* as JSON without blanks, in UTF-8. Raises ``TypeError`` or ``ValueError`` where it is none."""
    return _encode(value).encode("utf-8", "replace")


def load(text: bytes) -> Any:
    """What *text*, in UTF-8, says. Raises ``ValueError`` where it is no JSON, ``RecursionError`` where it is deep."""
    return _decode(text.decode())


def _refuse_constant(name: str) -> None:
    # NaN and Infinity are no JSON, and an exp of NaN would never expire: every comparison with it is false.
    raise ValueError(name)


_encode = JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_decode = JSONDecoder(parse_constant=_refuse_constant).decode
