"""Bodies of WSGI requests: with a length, in chunks, and in a stream that returns a part of what is asked for."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server

from authwright.http import BODY_LIMIT
from authwright.server.web.wsgi import WSGIApp
from support.apps import ORIGIN, make_auth


@pytest.fixture
def connection() -> Iterator[HTTPConnection]:
    """A connection to the REST API under Werkzeug's server, which sets ``wsgi.input_terminated`` as gunicorn does."""
    server = make_server("127.0.0.1", 0, make_auth().wsgi, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    yield connection
    connection.close()
    server.shutdown()
    thread.join()
    server.server_close()


def post_in_chunks(connection: HTTPConnection, cookie: str, *chunks: bytes) -> tuple[int, bytes]:
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/api/auth/callback/credentials", iter(chunks), headers, encode_chunked=True)
    response = connection.getresponse()
    return response.status, response.read()


def test_a_chunked_sign_in_works_under_a_real_server(connection: HTTPConnection) -> None:
    connection.request("GET", "/api/auth/csrf")
    response = connection.getresponse()
    token = json.loads(response.read())["csrfToken"]
    cookie = "; ".join(value.partition(";")[0] for value in response.headers.get_all("Set-Cookie", []))
    form = f"csrfToken={token}&username=alice&password=wonderland&json=true".encode()
    assert post_in_chunks(connection, cookie, form[:9], form[9:]) == (200, b'{"url":"%s"}' % ORIGIN.encode())
    assert post_in_chunks(connection, cookie)[0] == 302


def test_a_chunked_body_over_the_limit_is_413(connection: HTTPConnection) -> None:
    assert post_in_chunks(connection, "", *[b"x" * 60_000] * 2)[0] == 413


class Stream(io.BytesIO):
    """A stream that returns at most three bytes at once, as a raw socket may, and counts what was read."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size > 0
        return super().read(min(size, 3))


def read_body(stream: io.BytesIO, **environ: Any) -> bytes:
    seen: list[bytes] = []

    async def handle(request: Any) -> Any:
        seen.append(request.body)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        WSGIApp(handle)({"wsgi.input": stream} | environ, lambda *_: None)  # type: ignore[arg-type, return-value]
    return seen[0]


@given(st.binary(max_size=40), st.binary(max_size=9))
def test_a_body_with_a_length_is_read_completely_and_no_further(body: bytes, following: bytes) -> None:
    for terminated in ({}, {"wsgi.input_terminated": True}):
        stream = Stream(body + following)
        assert read_body(stream, CONTENT_LENGTH=str(len(body)), **terminated) == body
        assert stream.tell() == len(body)


@given(st.binary(max_size=40))
def test_without_a_length_a_stream_is_read_only_if_it_ends(body: bytes) -> None:
    assert read_body(Stream(body), **{"wsgi.input_terminated": True}) == body
    stream = Stream(body)
    assert (read_body(stream), stream.tell()) == (b"", 0)


def test_reading_stops_just_past_the_limit() -> None:
    stream = io.BytesIO(b"x" * (BODY_LIMIT + 9))
    assert len(read_body(stream, **{"wsgi.input_terminated": True})) == BODY_LIMIT + 1
