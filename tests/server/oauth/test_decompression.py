"""Compressed responses of a provider, sent over a real socket although the request asks for none."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from authwright.errors import OAuthCallbackError
from authwright.server.oauth.decompression import codings_of, decompress
from authwright.server.oauth.outbound import SIZE_LIMIT, Outbound
from server.oauth.test_limits import serving

DOCUMENT = b'{"issuer": "https://idp.example"}'


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


async def fetch(coding: str, body: bytes, client: httpx2.AsyncClient | None = None) -> bytes:
    """Return the body of a response with this Content-Encoding and *body*, as ``Outbound`` reads it."""

    async def respond(head: bytes, writer: asyncio.StreamWriter) -> None:
        assert b"accept-encoding: identity" in head.lower()
        writer.write(f"HTTP/1.1 200 OK\r\n{coding}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    async with serving(respond) as origin:
        return (await Outbound(client).get(origin)).body


def header(coding: str) -> str:
    return f"Content-Encoding: {coding}\r\n"


IN_TWO_PARTS = gzip.compress(DOCUMENT[:9]) + gzip.compress(DOCUMENT[9:])
COMPRESSED: Sequence[tuple[str, bytes]] = [
    (header("gzip"), gzip.compress(DOCUMENT)),
    (header("GZip"), gzip.compress(DOCUMENT)),
    (header("x-gzip"), gzip.compress(DOCUMENT)),
    (header("deflate"), zlib.compress(DOCUMENT)),
    (header("deflate"), raw_deflate(DOCUMENT)),
    (header("deflate, gzip"), gzip.compress(zlib.compress(DOCUMENT))),
    (header("gzip") + header("deflate"), zlib.compress(gzip.compress(DOCUMENT))),
    (header("identity, gzip"), gzip.compress(DOCUMENT)),
    (header("identity"), DOCUMENT),
    (header(""), DOCUMENT),
]


@pytest.mark.parametrize(("coding", "body"), [*COMPRESSED, (header("gzip"), IN_TWO_PARTS)])
async def test_a_compressed_response_is_read(coding: str, body: bytes) -> None:
    assert await fetch(coding, body) == DOCUMENT


@pytest.mark.parametrize(("coding", "body"), COMPRESSED)
async def test_a_compressed_response_that_a_hook_of_the_app_has_read_is_read(coding: str, body: bytes) -> None:
    async def read(response: httpx2.Response) -> None:
        await response.aread()

    async with httpx2.AsyncClient(event_hooks={"response": [read]}) as client:
        assert await fetch(coding, body, client) == DOCUMENT


async def test_a_compressed_response_without_content_is_empty() -> None:
    assert await fetch(header("gzip"), b"") == b""


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "br, gzip", "\x80", "x" * 500])
async def test_an_unknown_content_encoding_is_named(coding: str) -> None:
    with pytest.raises(OAuthCallbackError, match="has the unknown Content-Encoding") as refused:
        await fetch(header(coding), gzip.compress(DOCUMENT))
    assert len(refused.value.detail) < 120


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(DOCUMENT)[:-9]),
        ("gzip", gzip.compress(DOCUMENT)[:-1]),
        ("gzip", gzip.compress(DOCUMENT)[:5]),
        ("gzip", gzip.compress(DOCUMENT)[:-8] + b"checksum"),
        ("gzip", gzip.compress(DOCUMENT) + b"more"),
        ("gzip", DOCUMENT),
        ("gzip", zlib.compress(DOCUMENT)),
        ("deflate", zlib.compress(DOCUMENT)[:-5]),
        ("deflate", zlib.compress(DOCUMENT)[:-1]),
        ("deflate", raw_deflate(DOCUMENT)[:-2]),
        ("deflate", DOCUMENT),
        ("deflate", gzip.compress(DOCUMENT)),
    ],
)
async def test_a_damaged_or_incomplete_response_is_refused(coding: str, body: bytes) -> None:
    with pytest.raises(OAuthCallbackError, match=f"is not valid {coding}, or ends too early"):
        await fetch(header(coding), body)


HUGE = b" " * 50_000_000


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
    ],
)
async def test_a_small_response_that_decompresses_to_a_huge_one_is_refused_cheaply(
    coding: str, compress: Callable[[bytes], bytes]
) -> None:
    bomb = compress(HUGE)
    assert len(bomb) < SIZE_LIMIT
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(OAuthCallbackError, match="larger than 1 MB"):
        await fetch(header(coding), bomb)
    assert time.monotonic() - began < 2
    assert tracemalloc.get_traced_memory()[1] < 10 * SIZE_LIMIT
    tracemalloc.stop()


@pytest.mark.parametrize(("size", "allowed"), [(SIZE_LIMIT, True), (SIZE_LIMIT + 1, False)])
@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_the_size_limit_counts_decompressed_bytes(
    coding: str, compress: Callable[[bytes], bytes], size: int, allowed: bool
) -> None:
    if allowed:
        assert len(await fetch(header(coding), compress(b" " * size))) == size
    else:
        with pytest.raises(OAuthCallbackError, match="larger than 1 MB"):
            await fetch(header(coding), compress(b" " * size))


async def test_a_response_that_is_compressed_many_times_is_refused() -> None:
    with pytest.raises(OAuthCallbackError, match="more than 5 times"):
        await fetch(header(",".join(["gzip"] * 6)), b"x")


@settings(deadline=None)
@given(st.text(max_size=30) | st.sampled_from(["gzip", "deflate", "deflate,gzip"]), st.binary(max_size=80))
def test_any_body_in_any_coding_is_read_or_refused(coding: str, body: bytes) -> None:
    with suppress(ValueError):
        assert len(decompress(body, codings_of(coding), 100)) <= 101
