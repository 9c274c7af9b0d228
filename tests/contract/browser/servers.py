"""The servers that the suite runs against: authwright, and next-auth itself under Node. Both know the same users, and
have the same identity provider."""

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
# For what does not depend on how sessions are kept.
one_strategy = pytest.mark.parametrize("server", EVERY_SERVER[:2], indirect=True)

PAGE = '<!doctype html><html lang="en"><title>App</title><div id="root"></div><script src="/bundle.js"></script></html>'
BASE_PATHS = ("/api/auth", "/custom/auth")
USERS = {"alice": "Alice", "bob": "Bob"}
PASSWORD = "correct horse"
SECRET = "a secret for tests, longer than 32 characters"


@dataclass(frozen=True)
class Server:
    """A running server. ``confirms_links``: an e-mail link shows a button that POSTs, so that scanners burn nothing.
    ``adapter`` is where authwright keeps its users.
    """

    origin: str
    confirms_links: bool
    idp: FakeIdP
    adapter: MemoryAdapter | None = None

    def mails_to(self, address: str) -> list[str]:
        """The links that were sent to *address*."""
        with urlopen(f"{self.origin}/outbox") as answer:  # noqa: S310
            mails = json.load(answer)
        return [mail["url"] for mail in mails if mail["to"] == address]


@contextmanager
def node(packages: Path, bundle: Path) -> Iterator[Server]:
    """next-auth from *packages* (a directory with ``node_modules``)."""
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
    """authwright with sessions of *strategy*."""
    adapter = MemoryAdapter()
    with identity_provider() as idp, serve(lambda origin: _app(origin, strategy, bundle, adapter, idp)) as origin:
        yield Server(origin, confirms_links=True, idp=idp, adapter=adapter)


@contextmanager
def identity_provider() -> Iterator[FakeIdP]:
    """An identity provider on another site than the app: cookies and CSP keep them apart by name."""
    idp = FakeIdP()

    def build(origin: str) -> Starlette:
        idp.issuer = origin.replace(HOST, ELSEWHERE)
        return Starlette(routes=[Mount("/", idp.asgi)])

    with serve(build):
        yield idp


def corp(idp: FakeIdP, id: str = "corp", **options: Any) -> OIDC:
    """The way in through *idp*."""
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
    """Run the app that *build* makes for its origin, under uvicorn in a thread; yield the origin.

    Args:
        build: Makes the app.
        host: The name of this machine in the origin.
        tls: uvicorn's options for https; without them it is http.
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
    """The way in by user name and password."""
    fields = {"username": {"label": "Username"}, "password": {"label": "Password", "type": "password"}}
    return Credentials(name="Password", authorize=authorize, fields=fields)


def known(credentials: dict[str, str]) -> User | None:
    """Alice and Bob, who share a password, and somebody who is locked out."""
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
