"""Decompression of a provider's response (RFC 9110 section 8.4.1).

Requests ask for an uncompressed response, but some servers and proxies compress anyway.

Rule 1: gzip and deflate are read, also one inside the other. An unknown coding is an error.
Rule 2: the size limit counts decompressed bytes, because a small body can decompress to any size.
Rule 3: a body that ends too early or fails its checksum is an error.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from gzip import GzipFile
from io import BytesIO

# RFC 9110 does not limit how many codings are applied. No server applies more than one or two.
_MOST_CODINGS = 5


def codings_of(header: str) -> list[str]:
    """Return the codings in the value of ``Content-Encoding``, in the order in which they were applied.

    Raises:
        ValueError: A coding is unknown, or there are too many. The text says which.
    """
    names = [name.strip().lower() for name in header.split(",")]
    codings = [name for name in names if name not in ("", "identity")]
    unknown = [name for name in codings if name not in _DECOMPRESS]
    if unknown:
        raise ValueError(f"has the unknown Content-Encoding {unknown[0][:32]!r}")
    if len(codings) > _MOST_CODINGS:
        raise ValueError(f"is compressed more than {_MOST_CODINGS} times")
    return codings


def decompress(body: bytes, codings: Sequence[str], limit: int) -> bytes:
    """Return *body* without *codings*, cut after *limit* + 1 bytes.

    Raises:
        ValueError: *body* is not compressed as *codings* say, or is incomplete.
    """
    for coding in reversed(codings):
        # A response without content, such as an error, has no compressed form either.
        if body:
            try:
                body = _DECOMPRESS[coding](body, limit + 1)
            except (zlib.error, EOFError, OSError):
                raise ValueError(f"is not valid {coding}, or ends too early") from None
    return body


def _gzip(body: bytes, size: int) -> bytes:
    with GzipFile(fileobj=BytesIO(body)) as file:
        return file.read(size)


def _deflate(body: bytes, size: int) -> bytes:
    try:
        return _inflate(body, size, zlib.MAX_WBITS)
    except zlib.error:
        # Some servers send deflate data without the zlib format around it (RFC 9110 section 8.4.1.2).
        return _inflate(body, size, -zlib.MAX_WBITS)


def _inflate(body: bytes, size: int, wbits: int) -> bytes:
    inflater = zlib.decompressobj(wbits)
    plain = inflater.decompress(body, size)
    if len(plain) < size and not inflater.eof:
        raise EOFError
    return plain


_DECOMPRESS: Mapping[str, Callable[[bytes, int], bytes]] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate}
