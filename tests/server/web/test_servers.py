"""The REST API as an ASGI and as a WSGI application."""

import io
import json
from typing import Any
from wsgiref.validate import validator

import pytest

from authwright.adapters.memory import MemoryAdapter
from support.apps import make_auth

SCOPE = {"type": "http", "method": "GET", "path": "/api/auth/csrf", "headers": [], "query_string": b""}


async def send_request(app: Any, messages: list[dict[str, Any]], **scope: Any) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    pending = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(pending)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(SCOPE | scope, receive, send)
    return sent


async def test_a_body_in_pieces_is_joined() -> None:
    pieces = [{"type": "http.request", "body": part, "more_body": True} for part in (b'{"csrf', b'Token": 1}')]
    headers = [(b"content-type", b"application/json")]
    messages = [*pieces, {"type": "http.request", "body": b""}]
    sent = await send_request(make_auth().asgi, messages, method="POST", path="/session", headers=headers)
    assert sent[0]["status"] == 400


async def test_a_body_over_the_limit_is_413_before_it_is_complete() -> None:
    endless = [{"type": "http.request", "body": b"x" * 60_000, "more_body": True}] * 2
    assert (await send_request(make_auth().asgi, endless, method="POST", path="/session"))[0]["status"] == 413


async def test_a_client_that_disconnects_gets_no_response() -> None:
    assert await send_request(make_auth().asgi, [{"type": "http.disconnect"}], method="POST") == []


async def test_a_head_request_gets_the_headers_of_a_get_without_the_body() -> None:
    start, body = await send_request(make_auth().asgi, [], method="HEAD")
    assert (start["status"], body["body"]) == (200, b"")
    assert int(dict(start["headers"])[b"content-length"]) > 0


async def test_a_websocket_is_closed() -> None:
    sent = await send_request(make_auth().asgi, [{"type": "websocket.connect"}], type="websocket")
    assert sent[0]["type"] == "websocket.close"


async def test_the_end_of_the_lifespan_closes_the_adapter() -> None:
    closed = []

    class Closing(MemoryAdapter):
        async def aclose(self) -> None:
            closed.append(True)

    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = await send_request(make_auth(adapter=Closing()).asgi, messages, type="lifespan")
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert closed == [True]


@pytest.mark.parametrize("script_name", ["/api/auth", ""])
def test_the_api_is_a_valid_wsgi_application(script_name: str) -> None:
    started: list[Any] = []
    path = "/csrf" if script_name else "/api/auth/csrf"
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": script_name,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "3000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "QUERY_STRING": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    body = validator(make_auth().wsgi)(environ, lambda *arguments: started.append(arguments))
    assert len(json.loads(b"".join(body))["csrfToken"]) == 64
    body.close()
    assert started[0][0] == "200 OK"


def test_a_wsgi_body_is_read() -> None:
    started: list[Any] = []
    body = b'{"csrfToken": 1}'
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/session",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
    }
    make_auth().wsgi(environ, lambda *arguments: started.append(arguments))
    assert started[0][0] == "400 Bad Request"
