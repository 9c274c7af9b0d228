"""authwright for FastAPI: the API as a documented router, the session as a dependency.

auth = Auth(...)
app = FastAPI()
app.include_router(auth_router(auth))

CurrentSession = Annotated[Session | None, Depends(current_session(auth))]
RequiredSession = Annotated[Session, Depends(session_required(auth))]

@app.get("/me")
async def me(session: RequiredSession) -> dict: return session["user"]
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from authwright.asgi import ASGIApp
from authwright.auth import Auth
from authwright.integrations.gate import Authorized, Refusal, admit, has_role, read
from authwright.integrations.openapi import OPERATIONS
from authwright.sources import request_from
from authwright.types import Session

__all__ = ["auth_router", "current_session", "has_role", "session_required"]

CurrentSession: TypeAlias = Callable[[Request, Response], Awaitable[Session | None]]
RequiredSession: TypeAlias = Callable[[Request, Response], Awaitable[Session]]


class _Forward(Response):
    """An answer that the auth server itself gives, body and all."""

    def __init__(self, app: ASGIApp, mount_path: str) -> None:
        super().__init__()
        self._app = app
        self._mount_path = mount_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outside: str = scope.get("root_path", "")
        # FastAPI(root_path=...) behind a proxy that strips it: the path that arrives here lacks it.
        here = outside if scope["path"].startswith(outside + self._mount_path) else ""
        root_path = here + self._mount_path
        await self._app({**scope, "root_path": root_path}, receive, send)


def auth_router(auth: Auth, path: str = "/api/auth") -> APIRouter:
    """Return the REST API as a router, with an OpenAPI entry for each operation.

    When the app stops, its lifespan calls ``auth.aclose()``.

    Args:
        auth: The auth server.
        path: Where this app serves it: the path of ``base_url``, unless a proxy strips some of that.
    """

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        yield
        await auth.aclose()

    router = APIRouter(prefix=path, tags=["auth"], lifespan=lifespan)

    async def endpoint() -> Response:
        return _Forward(auth.asgi, path)

    for operation in OPERATIONS:
        router.add_api_route(
            operation.path,
            endpoint,
            methods=[operation.method],
            summary=operation.summary,
            responses=operation.answers,
            openapi_extra=operation.extra,
            operation_id=_operation_id(operation.method, operation.path),
            response_class=Response,
        )

    # Whatever is not documented (HEAD, _log, unknown actions, wrong methods) gets the auth server's own answer too.
    router.add_api_route("/{rest:path}", endpoint, methods=_ALL_METHODS, include_in_schema=False)
    return router


def current_session(auth: Auth) -> CurrentSession:
    """A dependency: the session, None where nobody is signed in; renewed on the answer. The store is down: 503."""

    async def dependency(request: Request, response: Response) -> Session | None:
        session = await read(auth, request_from(request), response)
        if isinstance(session, Refusal):
            raise _refused(session)
        return session

    return dependency


def session_required(auth: Auth, *, authorized: Authorized | None = None) -> RequiredSession:
    """A dependency: the session of somebody who is signed in; it is renewed on the answer.

    Nobody: a page redirects to sign-in and comes back, any other request gets 401. The store is down: 503.

    Args:
        auth: The auth server.
        authorized: Says of a session whether it may pass; else 403. ``has_role("admin")`` is one.
    """

    async def dependency(request: Request, response: Response) -> Session:
        admitted = await admit(auth, request_from(request), response, authorized)
        if isinstance(admitted, Refusal):
            raise _refused(admitted)
        return admitted

    return dependency


_ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _refused(refusal: Refusal) -> HTTPException:
    return HTTPException(refusal.status, refusal.message, refusal.headers)


def _operation_id(method: str, path: str) -> str:
    words = [word for word in path.replace("{", "").replace("}", "").replace("-", "_").split("/") if word]
    return "_".join(["auth", method.lower(), *words])
