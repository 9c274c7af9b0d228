"""authwright for Starlette: mount the REST API, read the session, require a session.

auth = Auth(...)
app = Starlette(routes=[auth_mount(auth), Route("/profile", profile)])

@session_required(auth)
async def profile(request): return JSONResponse(request.state.session)
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias, overload

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount

from authwright import http
from authwright.auth import Auth
from authwright.integrations.gate import Authorized, Refusal, admit, has_role
from authwright.integrations.refusals import refusal_headers
from authwright.server.web.asgi import with_cookies
from authwright.server.web.frameworks import request_from
from authwright.types import AnySession

__all__ = ["auth_mount", "current_session", "has_role", "session_required"]

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def auth_mount(auth: Auth[Any, Any], path: str = "/api/auth") -> Mount:
    """Return the REST API as a route.

    Args:
        auth: The auth server.
        path: The path of the REST API in this app: the path of ``base_url``, unless a proxy or a mount strips a part.

    Raises:
        ConfigurationError: The path of ``base_url`` does not end with *path*.
    """
    auth._context.sites.check_mount(path)
    return Mount(path, app=auth.asgi)


@overload
async def current_session(auth: Auth[AnySession, Any], request: Request) -> AnySession | None: ...
@overload
async def current_session(
    auth: Auth[Any, Any], request: Request, *, session_type: type[AnySession]
) -> AnySession | None: ...
async def current_session(auth: Auth[Any, Any], request: Request, *, session_type: type[Any] | None = None) -> Any:
    """Return the session of *request*, or None if the user is signed out.

    Args:
        auth: The auth server.
        request: The request.
        session_type: The type of the session, such as your own subclass of ``Session``. Only type checkers use it.
            Default: the type of this ``Auth[MySession]``.

    Raises:
        AdapterError: The session store is unavailable.
    """
    return await auth.get_server_session(request)


def session_required(
    auth: Auth[AnySession, Any], *, authorized: Authorized[AnySession] | None = None
) -> Callable[[Endpoint], Endpoint]:
    """Return a decorator for endpoints that require a session. It sets ``request.state.session``.

    If an anonymous visitor requests a page, the response redirects to the sign-in page, which returns to that page
    afterwards. Any other request without a session gets 401. If the session store is unavailable, the status is 503.

    The session is renewed on the endpoint's response, which becomes ``private, no-store``. If that response has
    ``Cache-Control`` with ``public`` or ``s-maxage``, the session is not renewed.

    Args:
        auth: The auth server.
        authorized: A function that returns whether a session may pass, such as ``has_role("admin")``. If it returns
            false, the status is 403.
    """

    def decorate(endpoint: Endpoint) -> Endpoint:
        @functools.wraps(endpoint)
        async def guarded(request: Request) -> Response:
            renewed = http.Response()
            admitted = await admit(auth, request_from(request), renewed, authorized)
            if isinstance(admitted, Refusal):
                response = _refuse(admitted, renewed.cookies)
            else:
                request.state.session = admitted
                response = await endpoint(request)
            # Change the list in place: if the endpoint has read response.headers, they refer to this list.
            response.raw_headers[:] = with_cookies(response.raw_headers, renewed.cookies)
            return response

        return guarded

    return decorate


def _refuse(refused: Refusal, cookies: Sequence[http.Cookie]) -> Response:
    if "Location" in refused.headers:
        return RedirectResponse(refused.headers["Location"], refused.status)
    if refused.for_page:
        # Let the app's own exception handler render the page.
        raise HTTPException(refused.status, refused.message, refusal_headers(refused, cookies))
    return JSONResponse({"message": refused.message}, refused.status, refused.headers)
