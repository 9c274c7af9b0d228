"""The applications that the benchmarks measure. Each is an attribute: ``uvicorn benchmarks.apps:jwt``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from authwright import Auth, SessionOptions
from authwright.providers import Credentials
from authwright.types import Session, User

SECRET = "the secret of the benchmark, long enough"  # noqa: S105 - it protects nothing
BASE_URL = "http://localhost:3000/api/auth"
ALICE = User(id="1", name="Alice Liddell", email="alice@example.com")
_FLOOR_BODY = b'{"user":{"name":"Alice Liddell","email":"alice@example.com","image":null},"expires":"2027-01-01"}'
_FLOOR_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", b"application/json"),
        (b"cache-control", b"private, no-cache, no-store"),
        (b"content-length", str(len(_FLOOR_BODY)).encode()),
    ],
}


async def floor(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send a constant response of the same size, to measure the cost of the web server itself."""
    await send(_FLOOR_START)
    await send({"type": "http.response.body", "body": _FLOOR_BODY})


def make_auth(**options: Any) -> Auth:
    """Return an ``Auth`` that signs in every user as Alice."""
    providers = [Credentials(authorize=lambda credentials: ALICE)]
    return Auth(secret=SECRET, base_url=BASE_URL, providers=providers, **options)


def _starlette() -> Any:
    from starlette.applications import Starlette

    from authwright.integrations.starlette import auth_mount

    return Starlette(routes=[auth_mount(make_auth())])


def _fastapi() -> Any:
    from fastapi import Depends, FastAPI

    from authwright.integrations.fastapi import auth_router, session_required

    auth = make_auth()
    app = FastAPI()
    app.include_router(auth_router(auth))

    @app.get("/me")
    async def me(session: Session = Depends(session_required(auth))) -> dict[str, Any]:
        return {"user": session["user"]}

    return app


def _database() -> Any:
    from authwright.adapters.sqlalchemy import SQLAlchemyAdapter

    path = Path(os.environ["BENCHMARK_DATABASE"])
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{path}")
    return make_auth(adapter=adapter, session=SessionOptions(strategy="database")).asgi


_FACTORIES = {
    "jwt": lambda: make_auth().asgi,
    "starlette": _starlette,
    "fastapi": _fastapi,
    "database": _database,
}


def __getattr__(name: str) -> Any:
    if name not in _FACTORIES:
        raise AttributeError(name)
    return _FACTORIES[name]()
