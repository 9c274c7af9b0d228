"""Each action has exactly one path, so that a proxy's rule for the path applies to the action."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from authwright.http import Request
from authwright.integrations.starlette import auth_mount
from support.apps import make_auth
from support.browser import Browser
from support.servers import free_port

PASSWORD = {"username": "alice", "password": "wonderland"}
OTHER_SPELLINGS = [
    "//callback/credentials",
    "/callback//credentials",
    "/callback/credentials//",
    "/./callback/credentials",
    "/x/../callback/credentials",
    "/callback/./credentials",
    "/%63allback/credentials",
    "/callback/credential%73",
    "/callback%2Fcredentials",
    "%2Fcallback/credentials",
    "/callback/credentials%2F",
    "/%2e/callback/credentials",
    "/callback/credentials/.",
    "/callback\\credentials",
    "/callback%5Ccredentials",
    "/callback/credentials;x",
    "/callback/credentials%00",
    "/CALLBACK/credentials",
]


@pytest.mark.parametrize("path", OTHER_SPELLINGS)
async def test_another_spelling_of_a_path_is_404(path: str) -> None:
    browser = Browser(make_auth())
    assert (await browser.sign_in(path, **PASSWORD)).status == 404


async def test_one_slash_at_the_end_is_allowed() -> None:
    browser = Browser(make_auth())
    assert (await browser.sign_in("/callback/credentials/", **PASSWORD)).status == 200


@pytest.mark.parametrize("base_path", ["/api/auth", "/api%2Fauth", "/%61pi/auth", "/caf%C3%A9"])
async def test_the_base_path_is_compared_after_decoding(base_path: str) -> None:
    path = base_path if "caf" in base_path else "/api/auth"
    auth = make_auth(base_url=f"http://localhost:3000{path}")
    assert (await Browser(auth, base_path=base_path).get("/csrf")).status == 200


async def test_a_path_that_a_proxy_normalised_is_checked_as_it_was_sent() -> None:
    sent = ("/api/auth/%63srf", "/api/auth//csrf", "/api/auth/./csrf", "/api/auth/x/../csrf", "/api/auth/csrf")
    responses = [await make_auth().handle(Request("GET", "/api/auth/csrf", raw_path=path)) for path in sent]
    assert [response.status for response in responses] == [404, 404, 404, 404, 200]


@pytest.mark.parametrize(("raw_path", "status"), [(b"/api/auth/csrf?x=1", 200), (b"/api/auth/%63srf", 404), (b"", 200)])
async def test_the_raw_path_from_an_asgi_server_is_checked(raw_path: bytes, status: int) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/api/auth/csrf", "headers": [], "raw_path": raw_path}
    await make_auth().asgi(scope, None, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == status


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ({}, "200"),
        ({"REQUEST_URI": "/api/auth/csrf?x=//y"}, "200"),
        ({"REQUEST_URI": "/api/auth/%63srf"}, "404"),
        ({"RAW_URI": "/api/auth//csrf"}, "404"),
        ({"RAW_URI": "http://localhost:3000/api/auth/csrf"}, "200"),
        ({"RAW_URI": "http://localhost:3000/api/auth/%63srf"}, "404"),
    ],
)
def test_the_raw_path_from_a_wsgi_server_is_checked(target: dict[str, str], status: str) -> None:
    statuses: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/auth/csrf", "wsgi.input": io.BytesIO(), **target}
    make_auth().wsgi(environ, lambda status, headers: statuses.append(status))  # type: ignore[arg-type, func-returns-value]
    assert statuses[0].startswith(status)


@pytest.fixture(params=["h11", "httptools"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """Run a real server with an app that mounts an ``Auth``, and yield the port."""
    app = Starlette(routes=[auth_mount(make_auth())])
    port = free_port()
    config = uvicorn.Config(app, port=port, http=request.param, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        threading.Event().wait(0.02)
    yield port
    server.should_exit = True
    thread.join()


def status_of(port: int, path: str) -> int:
    with closing(socket.create_connection(("127.0.0.1", port), 5)) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return int(connection.recv(1000).split()[1])


def test_a_real_server_refuses_other_spellings(port: int) -> None:
    others = ["//csrf", "/%63srf", "/./csrf", "%2Fcsrf", "/csrf%2F", "/x/../csrf", "/csrf/%2e"]
    assert {status_of(port, f"/api/auth{other}") for other in others} == {404}
    assert {status_of(port, f"/api/auth{same}") for same in ("/csrf", "/csrf/", "/csrf?x=//y")} == {200}
