"""A synchronous method runs the app's ``def`` functions in the thread that called it."""

from __future__ import annotations

import asyncio
import io
import json
import threading
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest

from authwright import Auth, Callbacks, Events
from authwright.providers import Credentials
from support.apps import ALICE, make_auth
from support.browser import Browser

COOKIE = "next-auth.session-token"


class Client:
    """A client of ``auth.wsgi``, called in this thread."""

    def __init__(self, auth: Auth) -> None:
        self.auth = auth
        self.cookies: dict[str, str] = {}

    def __call__(self, path: str, **form: str) -> Any:
        body = urlencode(form).encode()
        environ = {
            "REQUEST_METHOD": "POST" if form else "GET",
            "PATH_INFO": f"/api/auth{path}",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        return json.loads(b"".join(self.auth.wsgi(environ, self._keep)))

    def _keep(self, status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], object]:
        for name, value in headers:
            if name == "Set-Cookie":
                self.cookies.update({one.key: one.coded_value for one in SimpleCookie(value).values()})
        return lambda data: None

    def sign_in(self) -> str:
        """Sign in; the session's cookie."""
        self(
            "/callback/credentials",
            csrfToken=self("/csrf")["csrfToken"],
            json="true",
            username="alice",
            password="wonderland",
        )
        return self.cookies[COOKIE]


def where() -> int:
    return threading.get_ident()


def make(ran: dict[str, int], **options: Any) -> Auth:
    def note(name: str, answer: object) -> Callable[[], Any]:
        return lambda: ran.update({name: where()}) or answer

    events = Events(sign_in=note("event", None), session=note("read", None))
    options.setdefault("providers", [Credentials(authorize=note("authorize", ALICE))])
    return make_auth(callbacks=Callbacks(sign_in=note("permission", True)), events=events, **options)


def test_over_wsgi_the_apps_functions_run_in_the_servers_thread() -> None:
    ran: dict[str, int] = {}
    client = Client(make(ran))
    client.sign_in()
    client("/session")
    assert ran == dict.fromkeys(("authorize", "permission", "event", "read"), where())


@pytest.mark.parametrize("in_worker", [False, True])
def test_the_twins_run_the_apps_functions_in_the_thread_that_calls_them(in_worker: bool) -> None:
    ran: dict[str, int] = {}
    auth = make(ran)
    cookie = Client(auth).sign_in()

    def visit() -> bool:
        return auth.get_server_session_sync({COOKIE: cookie}) is not None and ran["read"] == where()

    assert asyncio.run(asyncio.to_thread(visit)) if in_worker else visit()


def test_what_the_thread_holds_is_there_in_the_apps_function() -> None:
    local = threading.local()
    local.name = "Ada"
    client = Client(make({}, providers=[Credentials(authorize=lambda c: {"id": "1", "name": local.name})]))
    client.sign_in()
    assert client("/session")["user"]["name"] == "Ada"


def test_a_function_may_call_a_twin_itself() -> None:
    def authorize(credentials: object) -> Any:
        return ALICE if auth.get_server_session_sync({}) is None else None

    auth = make_auth(providers=[Credentials(authorize=authorize)])
    client = Client(auth)
    client.sign_in()
    assert client("/session")["user"]["name"] == "Alice"


async def test_a_function_in_a_worker_thread_may_call_a_twin_which_uses_the_apps_loop() -> None:
    loops: list[asyncio.AbstractEventLoop] = []

    async def listen() -> None:
        loops.append(asyncio.get_running_loop())

    def authorize(credentials: object) -> Any:
        auth.get_server_session_sync({COOKIE: browser.cookies[COOKIE]})
        return ALICE

    auth = make_auth(events=Events(session=listen), providers=[Credentials(authorize=authorize)])
    browser = Browser(auth)
    browser.cookies[COOKIE] = await asyncio.to_thread(Client(make_auth()).sign_in)
    await browser.sign_in()
    assert loops == [asyncio.get_running_loop()]


def test_a_function_that_fails_there_is_refused() -> None:
    auth = make_auth(providers=[Credentials(authorize=lambda credentials: next(iter(())))])
    with pytest.raises(KeyError, match=COOKIE):
        Client(auth).sign_in()


def test_threads_that_call_at_once_each_run_their_own_functions() -> None:
    names = threading.local()
    auth = make_auth(providers=[Credentials(authorize=lambda c: time.sleep(0.01) or {"id": "1", "name": names.own})])
    seen: dict[int, str] = {}

    def visit(number: int) -> None:
        names.own = str(number)
        client = Client(auth)
        client.sign_in()
        seen[number] = client("/session")["user"]["name"]

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(16)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert seen == {number: str(number) for number in range(16)}
