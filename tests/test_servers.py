"""The REST API as an ASGI and as a WSGI application."""

import io
import json
from typing import Any
from wsgiref.validate import validator

import pytest

from authwright.adapters.memory import MemoryAdapter
from support.apps import make_auth

SCOPE = {"type": "http", "method": "GET", "path": "/api/auth/csrf", "headers": [], "query_string": b""}


async def ask(app: Any, messages: list[dict[str, Any]], **scope: Any) -> list[dict[str, Any]]:
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
    sent = await ask(make_auth().asgi, messages, method="POST", path="/session", headers=headers)
    assert sent[0]["status"] == 400


async def test_a_body_over_the_limit_is_413_before_it_is_all_there() -> None:
    endless = [{"type": "http.request", "body": b"x" * 60_000, "more_body": True}] * 2
    assert (await ask(make_auth().asgi, endless, method="POST", path="/session"))[0]["status"] == 413


async def test_a_client_that_goes_away_gets_no_answer() -> None:
    assert await ask(make_auth().asgi, [{"type": "http.disconnect"}], method="POST") == []


async def test_a_head_has_the_headers_of_a_get_and_no_body() -> None:
    start, body = await ask(make_auth().asgi, [], method="HEAD")
    assert (start["status"], body["body"]) == (200, b"")
    assert int(dict(start["headers"])[b"content-length"]) > 0


async def test_a_websocket_is_closed() -> None:
    sent = await ask(make_auth().asgi, [{"type": "websocket.connect"}], type="websocket")
    assert sent[0]["type"] == "websocket.close"


async def test_the_lifespans_end_closes_the_adapter() -> None:
    closed = []

    class Closing(MemoryAdapter):
        async def aclose(self) -> None:
            closed.append(True)

    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = await ask(make_auth(adapter=Closing()).asgi, messages, type="lifespan")
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert closed == [True]


@pytest.mark.parametrize("script_name", ["/api/auth", ""])
def test_the_api_is_a_wsgi_application_that_keeps_to_the_rules(script_name: str) -> None:
    answered: list[Any] = []
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
    body = validator(make_auth().wsgi)(environ, lambda *answer: answered.append(answer))
    assert len(json.loads(b"".join(body))["csrfToken"]) == 64
    body.close()
    assert answered[0][0] == "200 OK"


def test_a_wsgi_body_is_read() -> None:
    answered: list[Any] = []
    body = b'{"csrfToken": 1}'
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/session",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
    }
    make_auth().wsgi(environ, lambda *answer: answered.append(answer))
    assert answered[0][0] == "400 Bad Request"
