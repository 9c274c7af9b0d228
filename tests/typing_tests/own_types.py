"""An app with own types of user, session and token, and no cast. Type checkers read this file; it is never run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict, assert_type

from fastapi import Depends
from starlette.requests import Request

from authwright import Auth, Callbacks
from authwright.client import AsyncAuthClient, AuthClient, SessionContext, SessionProvider, browser, nicegui, reactpy
from authwright.client.nicegui import PageSession, session_provider
from authwright.integrations import fastapi as for_fastapi
from authwright.integrations import starlette as for_starlette
from authwright.types import JWT, Session, SessionUser, User


class MyUser(SessionUser):
    id: str
    role: str


class MySession(Session):
    user: MyUser


class MyJWT(JWT, total=False):
    role: str


class Lean(TypedDict):
    """A session of an app that shows the browser only a name."""

    name: str


def jwt(token: MyJWT, user: User | None = None) -> MyJWT:
    if user:
        token["role"] = str(user.extra.get("role"))
    return token


def session(session: MySession, token: MyJWT) -> MySession:
    session["user"]["id"] = token["sub"]
    session["user"]["role"] = token.get("role", "reader")
    return session


def is_admin(session: MySession) -> bool:
    return session["user"]["role"] == "admin"


auth = Auth[MySession, MyJWT](secret="a secret", providers=[], callbacks=Callbacks(jwt=jwt, session=session))
only_session = Auth[MySession](secret="a secret", providers=[])
lean = Auth[Lean](secret="a secret", providers=[])
plain = Auth(secret="a secret", providers=[])


def takes_any(auth: Auth) -> None:
    for_fastapi.auth_router(auth)


takes_any(auth)
takes_any(lean)  # type: ignore[arg-type]
for_starlette.auth_mount(lean)


async def on_the_server(request: Request, environ: Mapping[str, object]) -> None:
    assert_type(await auth.get_server_session(request), MySession | None)
    assert_type(auth.get_server_session_sync(environ), MySession | None)
    assert_type(await auth.update_session(request, {}, None), MySession | None)
    assert_type(auth.update_session_sync(environ, {}, None), MySession | None)
    assert_type(await auth.get_token(request), MyJWT | None)
    assert_type(auth.get_token_sync(environ), MyJWT | None)
    assert_type(await auth.get_token(request, raw=True), str | None)
    assert_type(await only_session.get_token(request), JWT | None)
    assert_type(await lean.get_server_session(request), Lean | None)
    assert_type(await plain.get_server_session(request), Session | None)
    assert_type(await plain.get_server_session(request, session_type=MySession), MySession | None)
    assert_type(plain.get_server_session_sync(environ, session_type=MySession), MySession | None)
    assert_type(await plain.update_session(request, {}, None, session_type=MySession), MySession | None)
    assert_type(await for_starlette.current_session(auth, request), MySession | None)
    assert_type(await for_starlette.current_session(plain, request, session_type=MySession), MySession | None)
    found = await auth.get_server_session(request)
    print(found["user"]["role"] if found else "")
    print(found["user"]["rolle"] if found else "")  # type: ignore[typeddict-item]


Member = Annotated[MySession, Depends(for_fastapi.session_required(plain, session_type=MySession, authorized=is_admin))]
Admin = Annotated[MySession, Depends(for_fastapi.session_required(auth, authorized=is_admin))]
Role = Annotated[MySession, Depends(for_fastapi.session_required(auth, authorized=for_fastapi.has_role("admin")))]
Visitor = Annotated[MySession | None, Depends(for_fastapi.current_session(plain, session_type=MySession))]
for_starlette.session_required(auth, authorized=is_admin)
for_fastapi.session_required(auth, authorized=lambda session: session["user"]["role"] == "admin")
for_fastapi.session_required(plain, authorized=is_admin)  # type: ignore[arg-type]


def show(context: SessionContext[MySession]) -> str:
    return context.data["user"]["role"] if context.data else ""


async def in_a_process(client: AsyncAuthClient, provider: SessionProvider) -> None:
    assert_type(await client.get_session(session_type=MySession), MySession | None)
    context = provider.use_session(session_type=MySession)
    assert_type(context.data, MySession | None)
    assert_type(await context.update(), MySession | None)
    show(context)
    provider.subscribe(show)
    provider.subscribe(lambda context: print(context.data["user"]["name"] if context.data else ""))


def without_a_loop(client: AuthClient, provider: SessionProvider[AuthClient]) -> None:
    assert_type(client.get_session(session_type=MySession), MySession | None)
    assert_type(provider.use_session(session_type=MySession).update(), MySession | None)


def in_a_page() -> None:
    assert_type(reactpy.use_session(session_type=MySession).data, MySession | None)
    assert_type(browser.use_session(session_type=MySession).data, MySession | None)
    assert_type(nicegui.use_session(session_type=MySession), PageSession[MySession])
    browser.bind("#role", show)


async def in_a_nicegui_page(request: Request) -> None:
    page = await session_provider(request, auth=auth)
    assert_type(page.data, MySession | None)
    assert_type(await page.update(), MySession | None)
    assert_type(await nicegui.get_session(session_type=MySession), MySession | None)


def of_any_shape(provider: SessionProvider) -> dict[str, Any] | None:
    return provider.use_session(session_type=dict[str, Any]).data
