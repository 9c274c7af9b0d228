"""The two servers of the contract tests, next-auth under Node and authwright, and a visitor who sends requests."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, urlencode, urlsplit

from authwright import Auth, Callbacks, SessionOptions
from authwright.adapters.base import Adapter
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import CredentialsError
from authwright.http import Request, parse_cookies
from authwright.providers import Credentials, Email
from authwright.types import User

SECRET = "a secret for tests that is long enough 🔐"
URL = "http://localhost:3000/api/auth"
NODE = Path(__file__).with_name("node")


@dataclass(frozen=True, slots=True)
class PeerResponse:
    """The response of a server. Header names are in lower case; ``set-cookie`` is in *set_cookies* instead."""

    status: int
    headers: dict[str, str]
    body: str
    set_cookies: list[str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def url(self) -> str:
        """The URL that the response redirects to: its Location header, or the ``url`` in its JSON."""
        return self.headers.get("location") or self.json["url"]


Ask: TypeAlias = Callable[[str, str, dict[str, str], bytes], Awaitable[PeerResponse]]


@dataclass
class Peer:
    """A server: a function that sends requests to it, and the e-mail links that it sent."""

    ask: Ask
    links: Callable[[], list[str]]


@dataclass
class Visitor:
    """A visitor whose browser stores cookies and does not follow redirects."""

    peer: Peer
    url: str = URL
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={quote(value, safe='')}" for name, value in self.cookies.items())

    async def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, data: object = None
    ) -> PeerResponse:
        """Send a request to *path* below the API, or to a full URL, with *fields* as a form or *data* as JSON."""
        headers = {"cookie": self.cookie_header} if self.cookies else {}
        body = b""
        if fields is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(fields).encode()
        elif data is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(data).encode()
        parts = urlsplit(path if "://" in path else self.url + path)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        response = await self.peer.ask(method, target, headers, body)
        self._keep(response.set_cookies)
        return response

    async def csrf(self) -> str:
        token: str = (await self.ask("GET", "/csrf")).json["csrfToken"]
        return token

    async def sign_in(self, username: str = "alice", password: str = "secret") -> PeerResponse:
        """Sign in by password, as ``signIn`` of next-auth/react does."""
        fields = {"csrfToken": await self.csrf(), "username": username, "password": password, "json": "true"}
        return await self.ask("POST", "/callback/credentials", fields)

    async def update(self, data: object) -> PeerResponse:
        """Change the session, as ``update`` of next-auth/react does."""
        return await self.ask("POST", "/session", data={"csrfToken": await self.csrf(), "data": data})

    def _keep(self, set_cookies: list[str]) -> None:
        for one in set_cookies:
            pair, _, attributes = one.partition(";")
            self.cookies.update(parse_cookies(pair))
            if "Max-Age=0" in attributes:
                self.cookies.pop(pair.partition("=")[0])


@contextmanager
def node(url: str = URL, secret: str = SECRET, database: str = "") -> Iterator[Peer]:
    """Run next-auth under Node until the context ends. If *database* is given, it uses ``@auth/pg-adapter``."""
    environment = os.environ | {"NEXTAUTH_URL": url, "NEXTAUTH_SECRET": secret, "PORT": "0", "DATABASE_URL": database}
    command = ["node", str(NODE / "server.mjs")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = json.loads(process.stdout.readline())["port"]

            async def ask(method: str, target: str, headers: dict[str, str], body: bytes) -> PeerResponse:
                return _ask_over_http(port, method, target, headers, body)

            yield Peer(ask, lambda: [mail["url"] for mail in _ask_over_http(port, "GET", "/outbox", {}, b"").json])
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def authwright(url: str = URL, secret: str = SECRET, adapter: Adapter | None = None) -> tuple[Auth, Peer]:
    """Create an ``Auth`` with the users and callbacks of ``server.mjs``. An *adapter* turns on database sessions."""
    links: list[str] = []

    def send(url: str) -> None:
        links.append(url)

    fields = {"username": {"label": "Username"}, "password": {"label": "Password", "type": "password"}}
    auth = Auth(
        secret=secret,
        base_url=url,
        adapter=adapter or MemoryAdapter(),
        session=SessionOptions(strategy="database" if adapter else "jwt", max_cookie_size=None),
        providers=[Credentials(authorize=_check, fields=fields), Email(send=send, confirm=False)],
        callbacks=Callbacks(sign_in=_may_sign_in, jwt=_jwt),
    )

    async def ask(method: str, target: str, headers: dict[str, str], body: bytes) -> PeerResponse:
        path, _, query = target.partition("?")
        request = Request(method, unquote(path), raw_path=path, query=query, headers=headers, body=body)
        response = await auth.handle(request)
        received = {name.lower(): value for name, value in response.headers}
        return PeerResponse(
            response.status, received, response.body.decode(), [one.serialize() for one in response.cookies]
        )

    return auth, Peer(ask, lambda: links)


def read_by_node(cookie: str, url: str = URL, secret: str = SECRET) -> Any:
    """Return what ``getToken`` and ``getServerSession`` of the npm package read from a Cookie header."""
    data = json.dumps({"cookie": cookie, "secret": secret, "url": url})
    command = ["node", str(NODE / "read.mjs")]
    done = subprocess.run(command, input=data, capture_output=True, check=True, encoding="utf-8")
    return json.loads(done.stdout)


def _check(credentials: dict[str, str]) -> User | None:
    username = credentials.get("username", "")
    if username == "locked":
        raise CredentialsError("This account is locked.", code="locked")
    if credentials.get("password") != "secret":
        return None
    return User(id="1", name=username, email=f"{username}@example.com")


def _may_sign_in(user: User) -> bool | str:
    if user.name == "waiting":
        return "/wait?for=approval"
    return user.name != "mallory"


def _jwt(token: dict[str, Any], trigger: str | None = None, session: Any = None) -> dict[str, Any]:
    return token | session if trigger == "update" and session else token


def _ask_over_http(port: int, method: str, target: str, headers: dict[str, str], body: bytes) -> PeerResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, target, body or None, headers)
        response = connection.getresponse()
        pairs = response.getheaders()
        plain = {name.lower(): value for name, value in pairs if name.lower() != "set-cookie"}
        cookies = [value for name, value in pairs if name.lower() == "set-cookie"]
        return PeerResponse(response.status, plain, response.read().decode(), cookies)
    finally:
        connection.close()
