"""The servers of a sign-in: a provider from npm, PyPI or Debian, and an app with authwright under uvicorn."""

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
from authwright.providers import OAuth
from authwright.server.web.asgi import Receive, Scope, Send
from authwright.types import Account, AdapterSession, SessionStrategy, User

# The client secret that oauth2-mock-server requires.
MOCK_SECRET = "a secret: 100% + more"
_HERE = Path(__file__).parent
# Its packages conflict with ours, so it has its own environment.
CANAILLE = Path(__file__).parents[3] / ".venv-canaille" / "bin" / "python"
_SECRET = "a secret for tests that is long enough"


@dataclass(frozen=True)
class Provider:
    """A running provider. ``issuer`` has no trailing slash; ``key`` is the private JWK of a client, if one needs it."""

    issuer: str
    key: dict[str, str] = field(repr=False)

    @property
    def port(self) -> int:
        return int(self.issuer.rpartition(":")[2])


@contextmanager
def provider(script: str, host: str = "127.0.0.1", port: int = 0, **environment: str) -> Iterator[Provider]:
    """Run *script* under Node or Python until the context ends. It listens on 127.0.0.1; its issuer uses *host*."""
    environ = os.environ | environment | {"PORT": str(port)}
    python = str(CANAILLE) if script.startswith("canaille") else sys.executable
    command = [python if script.endswith(".py") else "node", str(_HERE / script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            yield Provider(f"http://{host}:{ready['port']}", ready.get("key", {}))
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def profile(claims: dict[str, Any]) -> dict[str, Any]:
    """Return the user for the userinfo of a provider without OpenID Connect."""
    return {"id": claims["sub"], "name": claims["name"], "email": claims["email"], "image": None}


class Rows(MemoryAdapter):
    """A memory adapter that lists the accounts stored by sign-ups."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: list[Account] = []

    async def sign_up(self, user: User, account: Account | None, session: AdapterSession | None) -> User:
        created = await super().sign_up(user, account, session)
        self.accounts += [account] if account else []
        return created


@dataclass
class Site:
    """The app. All tests use one origin, which is registered at the providers; each test calls ``furnish`` first."""

    origin: str
    adapter: Rows = field(default_factory=Rows)
    auth: Auth | None = None

    @property
    def api(self) -> str:
        return f"{self.origin}/api/auth"

    @property
    def redirect_uri(self) -> str:
        return f"{self.api}/callback/corp"

    def furnish(self, provider: OAuth, strategy: SessionStrategy = "database") -> None:
        """Replace the ``Auth``: one provider, and no users."""
        self.adapter = Rows()
        session = SessionOptions(strategy=strategy, revocation=MemoryRevocation())
        options: dict[str, Any] = {"secret": _SECRET, "base_url": self.api, "session": session}
        self.auth = Auth(providers=[provider], adapter=self.adapter, **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/api/auth") and self.auth:
            await self.auth.asgi(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"the app"})


@contextmanager
def site() -> Iterator[Site]:
    """Run the app under uvicorn in a thread. Its host name keeps its cookies separate from those of the providers."""
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
