"""authwright for Starlette: mount the API, read the session, require one.

auth = Auth(...)
app = Starlette(routes=[auth_mount(auth), Route("/profile", profile)])

@session_required(auth)
async def profile(request): return JSONResponse(request.state.session)
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount

from authwright.auth import Auth
from authwright.integrations.gate import Authorized, Refusal, admit, has_role
from authwright.sources import request_from
from authwright.types import Session

__all__ = ["auth_mount", "current_session", "has_role", "session_required"]

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


def auth_mount(auth: Auth, path: str = "/api/auth") -> Mount:
    """The REST API as a route at *path*: that of ``base_url``, unless a proxy in front strips some of it."""
    return Mount(path, app=auth.asgi)


async def current_session(auth: Auth, request: Request) -> Session | None:
    """The session of *request*; None where nobody is signed in. Raises ``AdapterError`` where the store is down."""
    return await auth.get_server_session(request)


def session_required(auth: Auth, *, authorized: Authorized | None = None) -> Callable[[Endpoint], Endpoint]:
    """A decorator for endpoints that need somebody signed in, whose session is then ``request.state.session``.

    Nobody: a page redirects to sign-in and comes back, any other request gets 401. The store is down: 503. The session
    is renewed on the endpoint's response.

    Args:
        auth: The auth server.
        authorized: Says of a session whether it may pass; else 403. ``has_role("admin")`` is one.
    """

    def decorate(endpoint: Endpoint) -> Endpoint:
        @functools.wraps(endpoint)
        async def guarded(request: Request) -> Response:
            renewed = Response()
            admitted = await admit(auth, request_from(request), renewed, authorized)
            if isinstance(admitted, Refusal):
                return _refuse(admitted)
            request.state.session = admitted
            response = await endpoint(request)
            # In front: of two cookies with one name the last counts, and the endpoint may have changed the session.
            response.raw_headers[:0] = [header for header in renewed.raw_headers if header[0] == b"set-cookie"]
            return response

        return guarded

    return decorate


def _refuse(refused: Refusal) -> Response:
    if "Location" in refused.headers:
        return RedirectResponse(refused.headers["Location"], refused.status)
    if refused.for_page:
        # The app's own exception handler shows a person why.
        raise HTTPException(refused.status, refused.message, refused.headers)
    return JSONResponse({"message": refused.message}, refused.status, refused.headers)
