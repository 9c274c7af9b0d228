"""Create an ``Auth`` with one provider of each kind."""

from __future__ import annotations

from typing import Any

from authwright import Auth, SessionOptions
from authwright.adapters.memory import MemoryAdapter
from authwright.errors import CredentialsError
from authwright.providers import Credentials, Email
from authwright.testing import Outbox

SECRET = "a secret for tests that is long enough"
ORIGIN = "http://localhost:3000"
BASE_URL = f"{ORIGIN}/api/auth"
ALICE = {"id": "1", "name": "Alice", "email": "alice@example.com", "image": None}


def check_password(credentials: dict[str, str]) -> dict[str, Any] | None:
    if credentials.get("username") == "locked":
        raise CredentialsError("This account is locked.", code="locked")
    if credentials.get("username") == "broken":
        raise RuntimeError("dsn=postgres://root:hunter2@db")
    return ALICE if credentials == {"username": "alice", "password": "wonderland"} else None


def make_auth(outbox: Outbox | None = None, *, strategy: str = "jwt", **options: Any) -> Auth:
    """Return an ``Auth`` at http://localhost:3000 with passwords and, if *outbox* is given, e-mail links."""
    fields = {"username": {"label": "Username"}, "password": {"label": "Password", "type": "password"}}
    providers: list[Any] = [Credentials(authorize=check_password, fields=fields)]
    if outbox:
        providers.append(Email(send=outbox.send, confirm=options.pop("confirm", True)))
    options.setdefault("secret", SECRET)
    options.setdefault("base_url", BASE_URL)
    options.setdefault("adapter", MemoryAdapter() if outbox or strategy == "database" else None)
    options.setdefault("session", SessionOptions(strategy=strategy))
    options.setdefault("providers", providers)
    return Auth(**options)


class BrokenAdapter(MemoryAdapter):
    """A store whose methods raise ConnectionError while ``down`` is true."""

    down = False

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name.startswith("_") or not callable(value):
            return value

        async def call(*args: object) -> object:
            if self.down:
                raise ConnectionError("password=hunter2")
            return await value(*args)

        return call
