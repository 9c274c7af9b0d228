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

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, overload

from fastapi import APIRouter, HTTPException
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from authwright import http
from authwright.auth import Auth
from authwright.integrations.gate import Authorized, Refusal, admit, has_role, read
from authwright.integrations.openapi import OPERATIONS
from authwright.integrations.refusals import refusal_headers
from authwright.server.web.asgi import ASGIApp, with_cookies
from authwright.server.web.frameworks import full_path, request_from
from authwright.types import AnySession

__all__ = ["auth_router", "current_session", "has_role", "session_required"]

SessionDependency: TypeAlias = Callable[[Request, Response], Awaitable[AnySession | None]]
RequiredSessionDependency: TypeAlias = Callable[[Request, Response], Awaitable[AnySession]]


class _Forward(Response):
    """A response that forwards the request to the auth server, which sends status, headers and body.

    Args:
        app: The auth server.
        action_path: The path of the route below the router, as in OpenAPI.
    """

    def __init__(self, app: ASGIApp, action_path: str) -> None:
        super().__init__()
        self._app = app
        self._action_path = action_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = full_path(scope["path"], scope.get("root_path", "").rstrip("/"))
        # include_router(prefix=...) may have put more in front of the router's own path.
        root_path = path.removesuffix(self._action_path.format(**scope["path_params"]))
        app_root = scope.get("app_root_path", scope.get("root_path", ""))
        inside = {**scope, "path": path, "root_path": root_path, "app_root_path": app_root}
        await self._app(inside, receive, send)


class _RenewedHeaders(MutableHeaders):
    """The headers of FastAPI's ``response`` parameter, with the cookies of the renewed session.

    FastAPI reads ``raw`` after the endpoint. Only then is it known whether shared caches may store the response.
    """

    def __init__(self, raw: list[tuple[bytes, bytes]], cookies: Sequence[http.Cookie]) -> None:
        super().__init__(raw=raw)
        self._cookies = cookies

    @property
    def raw(self) -> list[tuple[bytes, bytes]]:
        return with_cookies(super().raw, self._cookies)


def auth_router(auth: Auth[Any, Any], path: str = "/api/auth") -> APIRouter:
    """Return the REST API as a router, with OpenAPI documentation for each operation.

    When the app shuts down, the router's lifespan calls ``auth.aclose()``.

    Args:
        auth: The auth server.
        path: The path of the REST API in this app: the path of ``base_url``, unless a proxy, a mount or a prefix strips
            a part of it.

    Raises:
        ConfigurationError: The path of ``base_url`` does not end with *path*.
    """
    auth._context.sites.check_mount(path)

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        yield
        await auth.aclose()

    router = APIRouter(prefix=path, tags=["auth"], lifespan=lifespan)

    def endpoint(action_path: str) -> Callable[[], Awaitable[Response]]:
        async def forward() -> Response:
            return _Forward(auth.asgi, action_path)

        return forward

    for operation in OPERATIONS:
        router.add_api_route(
            operation.path,
            endpoint(operation.path),
            methods=[operation.method],
            summary=operation.summary,
            responses=operation.responses,
            openapi_extra=operation.extra,
            operation_id=_operation_id(operation.method, operation.path),
            response_class=Response,
        )

    # The auth server also handles the requests that OpenAPI does not document: HEAD, _log, unknown actions and methods.
    forward = endpoint("/{rest}")
    name = auth.asgi.route_name
    router.add_api_route("/{rest:path}", forward, methods=_ALL_METHODS, include_in_schema=False, name=name)
    return router


@overload
def current_session(auth: Auth[AnySession, Any]) -> SessionDependency[AnySession]: ...
@overload
def current_session(auth: Auth[Any, Any], *, session_type: type[AnySession]) -> SessionDependency[AnySession]: ...
def current_session(auth: Auth[Any, Any], *, session_type: type[Any] | None = None) -> SessionDependency[Any]:
    """Return a dependency for the session, which is None if the user is signed out.

    The dependency renews the session on the response and makes the response ``private, no-store``. If the response has
    ``Cache-Control`` with ``public`` or ``s-maxage``, the session is not renewed. The same is true if an endpoint
    returns a ``Response`` itself, because FastAPI then ignores what dependencies set. If the session store is
    unavailable, the status is 503.

    Args:
        auth: The auth server.
        session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.
            Default: the type of this ``Auth[MySession]``.
    """

    async def dependency(request: Request, response: Response) -> Any:
        renewed = http.Response()
        session = await read(auth, request_from(request), renewed)
        if isinstance(session, Refusal):
            raise _refused(session, renewed.cookies)
        _renew(response, renewed.cookies)
        return session

    return dependency


@overload
def session_required(
    auth: Auth[AnySession, Any], *, authorized: Authorized[AnySession] | None = None
) -> RequiredSessionDependency[AnySession]: ...
@overload
def session_required(
    auth: Auth[Any, Any], *, authorized: Authorized[AnySession] | None = None, session_type: type[AnySession]
) -> RequiredSessionDependency[AnySession]: ...
def session_required(
    auth: Auth[Any, Any], *, authorized: Authorized[Any] | None = None, session_type: type[Any] | None = None
) -> RequiredSessionDependency[Any]:
    """Return a dependency that requires a session, and renews it on the response as ``current_session`` does.

    If an anonymous visitor requests a page, the response redirects to the sign-in page, which returns to that page
    afterwards. Any other request without a session gets 401. If the session store is unavailable, the status is 503.

    Args:
        auth: The auth server.
        authorized: A function that returns whether a session may pass, such as ``has_role("admin")``. If it returns
            false, the status is 403.
        session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.
            Default: the type of this ``Auth[MySession]``.
    """

    async def dependency(request: Request, response: Response) -> Any:
        renewed = http.Response()
        admitted = await admit(auth, request_from(request), renewed, authorized)
        if isinstance(admitted, Refusal):
            raise _refused(admitted, renewed.cookies)
        _renew(response, renewed.cookies)
        return admitted

    return dependency


_ALL_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def _renew(response: Response, cookies: Sequence[http.Cookie]) -> None:
    if cookies:
        response._headers = _RenewedHeaders(response.raw_headers, cookies)


def _refused(refusal: Refusal, cookies: Sequence[http.Cookie]) -> HTTPException:
    return HTTPException(refusal.status, refusal.message, refusal_headers(refusal, cookies))


def _operation_id(method: str, path: str) -> str:
    words = [word for word in path.replace("{", "").replace("}", "").replace("-", "_").split("/") if word]
    return "_".join(["auth", method.lower(), *words])
