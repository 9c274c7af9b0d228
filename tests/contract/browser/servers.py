"""The servers of the suite: authwright, and next-auth under Node, with the same users and identity provider."""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from authwright import Auth, Callbacks, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import CredentialsError
from authwright.providers import OIDC, Credentials, Email
from authwright.testing import FakeIdP
from authwright.types import JWT, Session, SessionStrategy, User
from contract.browser.chromium import ELSEWHERE, HOST

EVERY_SERVER = ["node", "authwright-jwt", "authwright-database"]
# For tests that do not depend on how sessions are stored.
one_strategy = pytest.mark.parametrize("server", EVERY_SERVER[:2], indirect=True)

PAGE = '<!doctype html><html lang="en"><title>App</title><div id="root"></div><script src="/bundle.js"></script></html>'
BASE_PATHS = ("/api/auth", "/custom/auth")
USERS = {"alice": "Alice", "bob": "Bob"}
PASSWORD = "correct horse"
SECRET = "a secret for tests, longer than 32 characters"


@dataclass(frozen=True)
class Server:
    """A running server.

    Args:
        origin: The origin of the page and of the REST API.
        confirms_links: True if an e-mail link shows a button to press, so that link scanners do not use it up.
        idp: The identity provider of the server.
        adapter: The store of authwright; None for Node.
    """

    origin: str
    confirms_links: bool
    idp: FakeIdP
    adapter: MemoryAdapter | None = None

    def mails_to(self, address: str) -> list[str]:
        """Return the links that were sent to *address*."""
        with urlopen(f"{self.origin}/outbox") as response:  # noqa: S310
            mails = json.load(response)
        return [mail["url"] for mail in mails if mail["to"] == address]


@contextmanager
def node(packages: Path, bundle: Path) -> Iterator[Server]:
    """Run next-auth from *packages*, a directory with ``node_modules``."""
    script = str(Path(__file__).with_name("peer.mjs"))
    arguments = [str(packages / "package.json"), str(bundle), PAGE]
    with (
        identity_provider() as idp,
        subprocess.Popen(["node", script, *arguments, idp.issuer], stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None
        try:
            yield Server(f"http://{HOST}:{int(process.stdout.readline())}", confirms_links=False, idp=idp)
        finally:
            process.terminate()


@contextmanager
def authwright(strategy: SessionStrategy, bundle: Path) -> Iterator[Server]:
    """Run authwright with the session strategy *strategy*."""
    adapter = MemoryAdapter()
    with identity_provider() as idp, serve(lambda origin: _app(origin, strategy, bundle, adapter, idp)) as origin:
        yield Server(origin, confirms_links=True, idp=idp, adapter=adapter)


@contextmanager
def identity_provider() -> Iterator[FakeIdP]:
    """Run an identity provider on another site than the app, which matters for cookies and for the CSP."""
    idp = FakeIdP()

    def build(origin: str) -> Starlette:
        idp.issuer = origin.replace(HOST, ELSEWHERE)
        return Starlette(routes=[Mount("/", idp.asgi)])

    with serve(build):
        yield idp


def corp(idp: FakeIdP, id: str = "corp", **options: Any) -> OIDC:
    """Return *idp* as a provider."""
    return OIDC(
        id=id,
        name=id.capitalize(),
        issuer=idp.issuer,
        client_id=idp.client_id,
        client_secret=idp.client_secret,
        **options,
    )


@contextmanager
def serve(build: Callable[[str], Starlette], host: str = HOST, **tls: Any) -> Iterator[str]:
    """Run an app under uvicorn in a thread, and yield its origin.

    Args:
        build: A function that creates the app for an origin.
        host: The host name in the origin; it must resolve to this machine.
        tls: The options of uvicorn for HTTPS. Without them the app uses HTTP.
    """
    with socket.create_server((HOST, 0)) as listener:
        origin = f"{'https' if tls else 'http'}://{host}:{listener.getsockname()[1]}"
        config = uvicorn.Config(build(origin), log_level="warning", timeout_graceful_shutdown=2, **tls)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield origin
        finally:
            server.should_exit = True
            thread.join()


def password(authorize: Callable[[dict[str, str]], User | None]) -> Credentials:
    """Return a provider for user names and passwords, which *authorize* checks."""
    fields = {"username": {"label": "Username"}, "password": {"label": "Password", "type": "password"}}
    return Credentials(name="Password", authorize=authorize, fields=fields)


def known(credentials: dict[str, str]) -> User | None:
    """Return Alice or Bob, who share a password, or None. Raise CredentialsError for the user "locked"."""
    username = credentials["username"]
    if username == "locked":
        raise CredentialsError("The account is locked", code="locked")
    if username not in USERS or credentials["password"] != PASSWORD:
        return None
    return User(id=username, name=USERS[username], email=f"{username}@example.com")


def _app(origin: str, strategy: SessionStrategy, bundle: Path, adapter: MemoryAdapter, idp: FakeIdP) -> Starlette:
    outbox: list[dict[str, str]] = []
    posting = corp(idp, "posting", authorization_params={"response_mode": "form_post"})

    async def send(identifier: str, url: str) -> None:
        outbox.append({"to": identifier, "url": url})

    async def rename_user(session: Session, user: User | None, new_session: Any = None) -> Session:
        name = _new_name(new_session)
        if user and name and strategy == "database":
            await adapter.update_user(user.id, {"name": name})
            session["user"]["name"] = name
        return session

    async def show_outbox(_: Request) -> Response:
        return JSONResponse(outbox)

    async def show_bundle(_: Request) -> Response:
        return FileResponse(bundle)

    async def show_page(_: Request) -> Response:
        return HTMLResponse(PAGE)

    def api(path: str) -> Mount:
        auth = Auth(
            secret=SECRET,
            base_url=origin + path,
            adapter=adapter,
            session=SessionOptions(strategy=strategy),
            providers=[password(known), Email(send=send), corp(idp), posting],
            callbacks=Callbacks(jwt=_rename_token, session=rename_user),
            # As in v4, with which the tests compare it.
            link_while_signed_in=True,
        )
        return Mount(path, auth.asgi)

    routes = [Route("/outbox", show_outbox), Route("/bundle.js", show_bundle), Route("/{page:path}", show_page)]
    return Starlette(routes=[*map(api, BASE_PATHS), *routes])


def _rename_token(token: JWT, trigger: str | None = None, session: Any = None) -> JWT:
    if trigger == "update" and (name := _new_name(session)):
        token["name"] = name
    return token


def _new_name(update: object) -> str | None:
    name = update.get("name") if isinstance(update, dict) else None
    return name if isinstance(name, str) else None
