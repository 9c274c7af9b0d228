"""The servers of a sign-in: the provider, a package of npm or PyPI, and the app, authwright under uvicorn."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from authwright import Auth, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.adapters.revocation import MemoryRevocation
from authwright.asgi import Receive, Scope, Send
from authwright.providers import OAuth
from authwright.types import Account, AdapterSession, SessionStrategy, User

# The client secret that oauth2-mock-server is told to want.
MOCK_SECRET = "a secret: 100% + more"
_HERE = Path(__file__).parent
# Its packages do not go with ours, so it has an environment of its own.
CANAILLE = Path(__file__).parents[3] / ".venv-canaille" / "bin" / "python"
_SECRET = "a secret for tests that is long enough"


@dataclass(frozen=True)
class Provider:
    """A provider that runs. ``issuer`` has no slash at its end; ``key`` is the private JWK of a client that has one."""

    issuer: str
    key: dict[str, str] = field(repr=False)

    @property
    def port(self) -> int:
        return int(self.issuer.rpartition(":")[2])


@contextmanager
def provider(script: str, host: str = "127.0.0.1", port: int = 0, **environment: str) -> Iterator[Provider]:
    """*script*, under Node or Python, until the context ends. It listens on 127.0.0.1, and calls itself *host*."""
    environ = os.environ | environment | {"PORT": str(port)}
    python = str(CANAILLE) if script.startswith("canaille") else sys.executable
    command = [python if script.endswith(".py") else "node", str(_HERE / script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            yield Provider(f"http://{host}:{told['port']}", told.get("key", {}))
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def profile(claims: dict[str, Any]) -> dict[str, Any]:
    """The user of a provider that speaks OAuth only, from its userinfo."""
    return {"id": claims["sub"], "name": claims["name"], "email": claims["email"], "image": None}


class Rows(MemoryAdapter):
    """Shows the accounts that sign-ups have stored."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: list[Account] = []

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        made = await super().sign_up(user, account, session)
        self.accounts += [account] if account else []
        return made


@dataclass
class Site:
    """The app. It stands at one origin for all tests, because providers know its redirect URI; each test furnishes it
    anew.
    """

    origin: str
    adapter: Rows = field(default_factory=Rows)
    auth: Auth | None = None

    @property
    def api(self) -> str:
        return f"{self.origin}/api/auth"

    @property
    def redirect_uri(self) -> str:
        return f"{self.api}/callback/corp"

    def furnish(self, way_in: OAuth, strategy: SessionStrategy = "database") -> None:
        """Begin anew, with one provider and without users."""
        self.adapter = Rows()
        session = SessionOptions(strategy=strategy, revocation=MemoryRevocation())
        options: dict[str, Any] = {"secret": _SECRET, "base_url": self.api, "session": session}
        self.auth = Auth(providers=[way_in], adapter=self.adapter, **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/api/auth") and self.auth:
            await self.auth.asgi(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"the app"})


@contextmanager
def site() -> Iterator[Site]:
    """The app under uvicorn in a thread, by a name that keeps its cookies apart from the providers'."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = Site(f"http://localhost:{listener.getsockname()[1]}")
        config = uvicorn.Config(app, lifespan="off", log_level="warning", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield app
        finally:
            server.should_exit = True
            thread.join()
