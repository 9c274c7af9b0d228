"""Code of apps that use ``Auth`` and its options. Type checkers read this file; it is never run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_type

from authwright import Auth, Callbacks, Events, JWTOptions, Pages, SessionOptions, Theme
from authwright import Nonsense as Nonsense  # type: ignore[attr-defined]
from authwright.adapters.sqlalchemy import SQLAlchemyAdapter
from authwright.errors import AuthwrightError, CredentialsError
from authwright.http import Request, Response
from authwright.providers import Credentials, Email
from authwright.types import JWT, Session, User


def authorize(credentials: Mapping[str, str], request: Request) -> User | None:
    if request.method != "POST":
        raise CredentialsError("Locked", code="locked")
    return User(id="1", name=credentials.get("username"))


async def authorize_later(credentials: Mapping[str, str]) -> dict[str, str] | None:
    return {"id": "1"} if credentials else None


async def send(identifier: str, url: str) -> None:
    print(identifier, url)


def jwt(token: JWT, user: User | None = None, trigger: str | None = None) -> JWT:
    if user and trigger == "signUp":
        token["sub"] = user.id
    return token


async def session(session: Session, token: JWT | None) -> Session:
    return session if token else {"user": {**session["user"], "image": None}, "expires": session["expires"]}


def signed_in(user: User, is_new_user: bool) -> None:
    print(user.email, is_new_user)


auth = Auth(
    secret=["a new secret", "an old secret"],
    base_url="https://example.com/api/auth",
    providers=[
        Credentials(authorize=authorize, fields={"password": {"label": "Password", "type": "password"}}),
        Credentials(id="later", name="Later", authorize=authorize_later),
        Email(server="smtp://localhost:1025", sender="noreply@example.com"),
        Email(id="own", send=send, confirm=False),
    ],
    adapter=SQLAlchemyAdapter("sqlite+aiosqlite:///auth.db", create_tables=True),
    session=SessionOptions(strategy="jwt", max_age=3600, update_age=0),
    callbacks=Callbacks(jwt=jwt, session=session),
    events=Events(sign_in=signed_in),
    pages=Pages(sign_in="/login"),
    theme=Theme(color_scheme="dark", brand_color="#346df1"),
    jwt=JWTOptions(max_age=60),
    cookies={"session_token": {"name": "sid", "options": {"domain": "example.com"}}},
    trust_host=False,
)

Auth(secret="a secret")  # type: ignore[call-arg]
SessionOptions(strategy="cookie")  # type: ignore[arg-type]
Theme(color_scheme="pink")  # type: ignore[arg-type]
Pages(login="/login")  # type: ignore[call-arg]


async def serve(request: Request) -> Response:
    assert_type(await auth.get_server_session(request), Session | None)
    assert_type(await auth.get_token({"next-auth.session-token": "..."}), JWT | None)
    assert_type(await auth.get_token(request, raw=True), str | None)
    response = await auth.handle(request)
    assert_type(await auth.update_session(request, {"name": "Alice"}, response), Session | None)
    return response


def serve_in_a_thread(environ: Mapping[str, object]) -> str | None:
    assert_type(auth.get_server_session_sync(environ), Session | None)
    assert_type(auth.get_token_sync(environ, raw=True), str | None)
    token = auth.get_token_sync(environ)
    return token["sub"] if token else None


def describe(error: AuthwrightError) -> tuple[str, int, str]:
    assert_type(error.detail, str)
    return error.code, error.status, error.message
