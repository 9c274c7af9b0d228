"""The mail server and the identity provider as targets. The store beside them is SQLite and works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.support.servers import free_port

from authwright.testing import FakeIdP, FakeUser
from benchmarks.faults.proxy import Proxy
from benchmarks.faults.targets import Broken, DoesNotApplyError, Target, proxied
from benchmarks.site.auth import CLIENT_ID, CLIENT_SECRET, Place, address_of


class MailServer(Target):
    """An SMTP server that keeps the addresses to which it was asked to deliver."""

    name = "Mail server"
    limit = 10

    def __init__(self, proxy: Proxy, place: Place, port: int) -> None:
        super().__init__(proxy, place)
        self._port = port
        self._listener: asyncio.Server | None = None
        self._is_full = False
        self.recipients: set[str] = set()

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._accept, "127.0.0.1", self._port)

    def stop(self) -> None:
        """Refuse connections."""
        if self._listener:
            self._listener.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Accept a mail."""
        self.recipients.update(envelope.rcpt_tos)
        return "250 OK"

    @asynccontextmanager
    async def restarted(self) -> AsyncIterator[None]:
        self.stop()
        yield
        await self.start()

    def read_only(self) -> Broken:
        raise DoesNotApplyError("A mail server has nothing to read.")

    @asynccontextmanager
    async def out_of_connections(self) -> AsyncIterator[None]:
        self._is_full = True
        yield
        self._is_full = False

    def _accept(self) -> asyncio.Protocol:
        return _Full() if self._is_full else SMTP(self, hostname="localhost", loop=asyncio.get_running_loop())


class _Full(asyncio.Protocol):
    """RFC 5321 section 3.8: the service is not available."""

    def connection_made(self, transport: Any) -> None:
        transport.write(b"421 Too many connections\r\n")
        transport.close()


class Provider(Target):
    """An OpenID provider."""

    name = "Identity provider"
    limit = 10

    def __init__(self, proxy: Proxy, place: Place, idp: FakeIdP, port: int) -> None:
        super().__init__(proxy, place)
        self.idp = idp
        self._port = port
        self._is_full = False
        self._server: uvicorn.Server | None = None
        self._running: asyncio.Task[None] | None = None

    def user(self, name: str) -> str:
        """Add the user *name* to the provider, and return the name."""
        self.idp.users[name] = FakeUser(sub=name, name=name, email=address_of(name))
        return name

    async def start(self) -> None:
        """Serve."""
        settings: dict[str, Any] = {"interface": "asgi3", "lifespan": "off", "loop": "none", "log_level": "critical"}
        config = uvicorn.Config(self._app, host="127.0.0.1", port=self._port, **settings)
        self._server = uvicorn.Server(config)
        # The benchmark has its own way to end at Ctrl-C.
        self._running = asyncio.create_task(self._server._serve())
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Close all connections and refuse others."""
        if self._server and self._running:
            self._server.should_exit = self._server.force_exit = True
            await self._running

    @asynccontextmanager
    async def restarted(self) -> AsyncIterator[None]:
        await self.stop()
        yield
        await self.start()

    def read_only(self) -> Broken:
        raise DoesNotApplyError("A provider is asked over HTTP only.")

    @asynccontextmanager
    async def out_of_connections(self) -> AsyncIterator[None]:
        self._is_full = True
        yield
        self._is_full = False

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        if self._is_full:
            await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self.idp.asgi(scope, receive, send)


@asynccontextmanager
async def mail_server() -> AsyncIterator[Target]:
    """Start the mail server, until the block ends."""
    port = free_port()
    with TemporaryDirectory(prefix="authwright-") as folder:
        async with proxied(port) as proxy:
            place = Place(store="sqlite", url=_database(folder), mail=f"smtp://127.0.0.1:{proxy.port}")
            target = MailServer(proxy, place, port)
            await target.start()
            yield target
            target.stop()


@asynccontextmanager
async def provider() -> AsyncIterator[Target]:
    """Start the provider, until the block ends."""
    port = free_port()
    with TemporaryDirectory(prefix="authwright-") as folder:
        async with proxied(port) as proxy:
            issuer = f"http://localhost:{proxy.port}"
            place = Place(store="sqlite", url=_database(folder), issuer=issuer)
            idp = FakeIdP(issuer, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
            target = Provider(proxy, place, idp, port)
            await target.start()
            yield target
            await target.stop()


def _database(folder: str) -> str:
    return f"sqlite+aiosqlite:///{Path(folder) / 'auth.db'}"
