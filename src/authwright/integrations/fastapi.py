"""authwright for FastAPI: the REST API as a router with OpenAPI documentation, and the session as a dependency.

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

from authwright.auth import Auth
from authwright.integrations.gate import Authorized, Refusal, admit, has_role, read
from authwright.integrations.openapi import OPERATIONS
from authwright.server.web.asgi import ASGIApp
from authwright.server.web.frameworks import request_from
from authwright.types import Session

__all__ = ["auth_router", "current_session", "has_role", "session_required"]

SessionDependency: TypeAlias = Callable[[Request, Response], Awaitable[Session | None]]
RequiredSessionDependency: TypeAlias = Callable[[Request, Response], Awaitable[Session]]


class _Forward(Response):
    """A response that forwards the request to the auth server, which sends status, headers and body."""

    def __init__(self, app: ASGIApp, mount_path: str) -> None:
        super().__init__()
        self._app = app
        self._mount_path = mount_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        outside: str = scope.get("root_path", "")
        # With FastAPI(root_path=...) behind a proxy that strips it, the request's path does not start with it.
        here = outside if scope["path"].startswith(outside + self._mount_path) else ""
        root_path = here + self._mount_path
        await self._app({**scope, "root_path": root_path}, receive, send)


def auth_router(auth: Auth, path: str = "/api/auth") -> APIRouter:
    """Return the REST API as a router, with OpenAPI documentation for each operation.

    When the app shuts down, the router's lifespan calls ``auth.aclose()``.

    Args:
        auth: The auth server.
        path: The path of the REST API in this app: the path of ``base_url``, unless a proxy strips a part of it.
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
            responses=operation.responses,
            openapi_extra=operation.extra,
            operation_id=_operation_id(operation.method, operation.path),
            response_class=Response,
        )

    # The auth server also handles everything that is not documented: HEAD, _log, unknown actions, wrong methods.
    router.add_api_route("/{rest:path}", endpoint, methods=_ALL_METHODS, include_in_schema=False)
    return router


def current_session(auth: Auth) -> SessionDependency:
    """Return a dependency for the session, which is None if the user is signed out.

    The dependency renews the session on the response. If the session store is unavailable, the status is 503.

    Args:
        auth: The auth server.
    """

    async def dependency(request: Request, response: Response) -> Session | None:
        session = await read(auth, request_from(request), response)
        if isinstance(session, Refusal):
            raise _refused(session)
        return session

    return dependency


def session_required(auth: Auth, *, authorized: Authorized | None = None) -> RequiredSessionDependency:
    """Return a dependency that requires a session, and renews it on the response.

    An anonymous visitor's page request is redirected to the sign-in page, which returns here; any other request without
    a session gets 401. If the session store is unavailable, the status is 503.

    Args:
        auth: The auth server.
        authorized: A function that returns whether a session may pass, such as ``has_role("admin")``. If it returns
            false, the status is 403.
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
