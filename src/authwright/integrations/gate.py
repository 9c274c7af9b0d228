"""The access check behind ``session_required`` in every framework.

Rule 1: without a session, the request for a page is redirected to the sign-in page, which returns there afterwards. Any
        other request gets 401.
Rule 2: a signed-in user who is not authorized gets 403.
Rule 3: if the session store is unavailable, every request gets 503.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

from authwright.auth import Auth
from authwright.errors import AdapterError, InvalidCallbackUrl
from authwright.http import Request
from authwright.server.protocol.redirects import check_callback_url
from authwright.server.protocol.urls import ascii_url
from authwright.types import Session

Authorized: TypeAlias = Callable[[Session], bool | Awaitable[bool]]

# RFC 3986 section 3.3: the characters that a path may contain unencoded, besides letters and digits.
_PATH_CHARACTERS = "/-._~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The refusal of a request: the HTTP status, a message that is safe to show, and headers for the response."""

    status: int
    message: str
    for_page: bool
    headers: dict[str, str] = field(default_factory=dict)


def has_role(role: str) -> Authorized:
    """Return a function for ``authorized`` that requires ``session["user"]["role"]`` to be *role*.

    Set the role in the ``session`` callback of your app.
    """

    def authorized(session: Session) -> bool:
        return session.get("user", {}).get("role") == role

    return authorized


async def read(auth: Auth, request: Request, response: object) -> Session | Refusal | None:
    """Return the session of *request*, and renew it on *response*. Return a refusal if the store is unavailable."""
    try:
        return await auth.get_server_session(request, response)
    except AdapterError as error:
        auth._context.log.error("ADAPTER_ERROR", error.detail)
        return Refusal(error.status, error.message, _is_for_page(request), {"Retry-After": str(error.retry_after)})


async def admit(auth: Auth, request: Request, response: object, authorized: Authorized | None) -> Session | Refusal:
    """Return the session of *request*, renewed on *response*, if the request may pass; otherwise return the refusal."""
    session = await read(auth, request, response)
    if isinstance(session, Refusal):
        return session
    if session is not None and (authorized is None or await _may(authorized, session)):
        return session
    for_page = _is_for_page(request)
    if session is None:
        if request.method not in ("GET", "HEAD") or not for_page:
            return Refusal(401, "Please sign in first.", for_page)
        location = auth._context.site_of(request).base_url.to("signin", callbackUrl=_return_path(request))
        return Refusal(302, "Please sign in first.", for_page, {"Location": location})
    return Refusal(403, "You do not have permission to do this.", for_page)


def _is_for_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _may(authorized: Authorized, session: Session) -> bool:
    allowed = authorized(session)
    # A coroutine is truthy: without await, an async def would let everyone pass.
    return bool(await allowed if isinstance(allowed, Awaitable) else allowed)


def _return_path(request: Request) -> str:
    """Return the path and query of *request*, or "/" if they are no valid callback URL, such as ``//host``."""
    path = quote(request.path, safe=_PATH_CHARACTERS, errors="replace")
    query = f"?{ascii_url(request.raw_query)}" if request.raw_query else ""
    try:
        return check_callback_url(path + query)
    except InvalidCallbackUrl:
        return "/"
