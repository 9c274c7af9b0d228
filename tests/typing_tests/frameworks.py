"""Code of apps that use a framework integration. Type checkers read this file; it is never run."""

from __future__ import annotations

from typing import Annotated, assert_type

from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from authwright import Auth
from authwright.integrations import fastapi as for_fastapi
from authwright.integrations import starlette as for_starlette
from authwright.types import Session

auth = Auth(secret="a secret", providers=[])


@for_starlette.session_required(auth, authorized=for_starlette.has_role("admin"))
async def admin(request: Request) -> Response:
    return JSONResponse(request.state.session)


async def home(request: Request) -> Response:
    session = await for_starlette.current_session(auth, request)
    assert_type(session, Session | None)
    return JSONResponse(session["user"] if session else {})


site = Starlette(routes=[for_starlette.auth_mount(auth), Route("/admin", admin), Route("/", home)])
mounted = Starlette(routes=[Mount("/api/auth", auth.asgi)])

api = FastAPI()
api.include_router(for_fastapi.auth_router(auth))
Visitor = Annotated[Session | None, Depends(for_fastapi.current_session(auth))]
Member = Annotated[Session, Depends(for_fastapi.session_required(auth))]


@api.get("/me")
async def me(session: Member) -> str | None:
    return session["user"]["name"]


@api.get("/hello")
async def hello(session: Visitor) -> str:
    return "Hello" if session is None else f"Hello {session['user']['email']}"


@for_starlette.session_required(auth)  # type: ignore[arg-type]
def not_async(request: Request) -> Response:
    return Response()
