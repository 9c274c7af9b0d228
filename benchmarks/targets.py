"""The targets of the benchmark, and the cookies of a user who is signed in to each server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode

from authwright import Auth, SessionOptions
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.http import Request
from benchmarks.apps import make_auth

Strategy = Literal["jwt", "database"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One row of the report. The other rows are compared with the rows that have ``basis``."""

    name: str
    server: str
    path: str = "/api/auth/session"
    strategy: Strategy = "jwt"
    posts: bool = False
    basis: bool = False


TARGETS = (
    Target(name="floor: a bare ASGI function", server="floor", basis=True),
    Target(name="peer: next-auth/core on node:http", server="node", basis=True),
    Target(name="GET /session (jwt)", server="jwt"),
    Target(name="GET /session, mounted in Starlette", server="starlette"),
    Target(name="GET /session, in FastAPI", server="fastapi"),
    Target(name="GET /session (jwt), on granian", server="jwt@granian"),
    Target(name="GET /session (database, SQLite)", server="database", strategy="database"),
    Target(name="GET /csrf", server="jwt", path="/api/auth/csrf"),
    Target(name="peer: GET /csrf", server="node", path="/api/auth/csrf"),
    Target(name="GET /providers", server="jwt", path="/api/auth/providers"),
    Target(name="peer: GET /providers", server="node", path="/api/auth/providers"),
    Target(name="credentials sign-in", server="jwt", path="/api/auth/callback/credentials", posts=True),
    Target(name="peer: credentials sign-in", server="node", path="/api/auth/callback/credentials", posts=True),
    Target(name="session_required in FastAPI", server="fastapi", path="/me"),
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user: the ``Cookie`` header for each strategy, and a form that signs the user in again."""

    cookies: dict[Strategy, str]
    form: str


async def sign_in_to(database: Path) -> Visitor:
    """Sign in with both strategies. Database sessions are stored in the SQLite file *database*."""
    adapter = SQLAlchemyAdapter(f"sqlite+aiosqlite:///{database}")
    stored = make_auth(adapter=adapter, session=SessionOptions(strategy="database"))
    by_jwt, form = await _sign_in(make_auth())
    by_database, _ = await _sign_in(stored)
    await stored.aclose()
    return Visitor({"jwt": by_jwt, "database": by_database}, form)


async def _sign_in(auth: Auth) -> tuple[str, str]:
    csrf = await auth.handle(Request("GET", "/api/auth/csrf"))
    token = csrf.body.decode().split('"')[3]
    form = urlencode({"csrfToken": token, "username": "alice", "password": "x", "json": "true"})
    cookies = {cookie.name: cookie.value for cookie in csrf.cookies}
    headers = {"cookie": _header(cookies), "content-type": "application/x-www-form-urlencoded"}
    request = Request("POST", "/api/auth/callback/credentials", headers=headers, body=form.encode())
    response = await auth.handle(request)
    return _header(cookies | {cookie.name: cookie.value for cookie in response.cookies}), form


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={quote(value, safe='')}" for name, value in cookies.items())
