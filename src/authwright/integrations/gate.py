"""Who may pass: the rule behind every framework's required session.

Rule 1: nobody signed in: a person's page redirects to sign-in and comes back, a program's call is told 401.
Rule 2: somebody signed in who is not authorised is told 403, whoever asks.
Rule 3: where the store does not say who it is, nobody passes: 503.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

from authwright.auth import Auth
from authwright.errors import AdapterError, InvalidCallbackUrl
from authwright.http import Request
from authwright.protocol.redirects import check_callback_url
from authwright.protocol.urls import ascii_url
from authwright.types import Session

Authorized: TypeAlias = Callable[[Session], bool | Awaitable[bool]]

# RFC 3986 section 3.3: what may stand in a path as it is, beside letters and digits.
_PATH_CHARACTERS = "/-._~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request may not pass: its HTTP status, a message that is safe to show, and headers that tell what to do."""

    status: int
    message: str
    for_page: bool
    headers: dict[str, str] = field(default_factory=dict)


def has_role(role: str) -> Authorized:
    """An ``authorized`` that looks at ``session["user"]["role"]``, which the app's ``session`` callback sets."""

    def authorized(session: Session) -> bool:
        return session.get("user", {}).get("role") == role

    return authorized


async def read(auth: Auth, request: Request, response: object) -> Session | Refusal | None:
    """The session of *request*, renewed on *response*; a refusal where the store does not say."""
    try:
        return await auth.get_server_session(request, response)
    except AdapterError as error:
        auth._context.log.error("ADAPTER_ERROR", error.detail)
        return Refusal(error.status, error.message, _is_for_page(request), {"Retry-After": str(error.retry_after)})


async def admit(auth: Auth, request: Request, response: object, authorized: Authorized | None) -> Session | Refusal:
    """The session of *request* where it may pass, renewed on *response*, else why it may not."""
    session = await read(auth, request, response)
    if isinstance(session, Refusal):
        return session
    if session is not None and (authorized is None or await _may(authorized, session)):
        return session
    for_page = _is_for_page(request)
    if session is None:
        if request.method not in ("GET", "HEAD") or not for_page:
            return Refusal(401, "Sign in first.", for_page)
        location = auth._context.site_of(request).base_url.to("signin", callbackUrl=_way_back(request))
        return Refusal(302, "Sign in first.", for_page, {"Location": location})
    return Refusal(403, "You may not do this.", for_page)


def _is_for_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _may(authorized: Authorized, session: Session) -> bool:
    answer = authorized(session)
    # A coroutine is true: unawaited, an async def would let everybody pass.
    return bool(await answer if isinstance(answer, Awaitable) else answer)


def _way_back(request: Request) -> str:
    """The path of *request* as a browser wrote it; the site's root where no flow may end there, such as ``//host``."""
    path = quote(request.path, safe=_PATH_CHARACTERS, errors="replace")
    query = f"?{ascii_url(request.raw_query)}" if request.raw_query else ""
    try:
        return check_callback_url(path + query)
    except InvalidCallbackUrl:
        return "/"
