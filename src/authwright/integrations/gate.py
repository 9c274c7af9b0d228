"""The access check that ``session_required`` uses in every framework.

Rule 1: without a session, the request for a page is redirected to the sign-in page, which returns there afterwards. Any
        other request gets 401.
Rule 2: a signed-in user who is not authorized gets 403.
Rule 3: if the session store is unavailable, every request gets 503.

The session is renewed on the response, even if the request is refused. The caller sets the cookies, by the rules of
``server/web/caching.py``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from authwright.auth import Auth
from authwright.errors import AdapterError, ConfigurationError
from authwright.http import Request, Response
from authwright.types import AnySession

Authorized: TypeAlias = Callable[[AnySession], bool | Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The refusal of a request: the HTTP status, a message that is safe to show, and headers for the response.

    ``for_page`` is whether the request was for a page, so that the response should be one.
    """

    status: int
    message: str
    for_page: bool
    headers: dict[str, str] = field(default_factory=dict)


def has_role(role: str) -> Callable[[Mapping[str, object]], bool]:
    """Return a function for ``authorized`` that requires ``session["user"]["role"]`` to be *role*.

    Set the role in the ``session`` callback of your app.
    """

    def authorized(session: Mapping[str, Any]) -> bool:
        return bool(session.get("user", {}).get("role") == role)

    return authorized


async def read(auth: Auth[AnySession, Any], request: Request, response: Response) -> AnySession | Refusal | None:
    """Return the session of *request*, or a refusal if the store is unavailable. *response* collects the cookies."""
    try:
        return await auth.get_server_session(request, response)
    except AdapterError as error:
        auth._context.log.error("ADAPTER_ERROR", error.detail)
        return Refusal(error.status, error.message, _is_for_page(request), {"Retry-After": str(error.retry_after)})
    except ConfigurationError as error:
        # The store has found that its tables are wrong.
        auth._context.log.error("ADAPTER_ERROR", error.detail)
        return Refusal(error.status, error.message, _is_for_page(request), {})


async def admit(
    auth: Auth[AnySession, Any], request: Request, response: Response, authorized: Authorized[AnySession] | None
) -> AnySession | Refusal:
    """Return the session of *request* if the request may pass, else the refusal. *response* collects the cookies."""
    session = await read(auth, request, response)
    if isinstance(session, Refusal):
        return session
    if session is not None and (authorized is None or await _may(authorized, session)):
        return session
    for_page = _is_for_page(request)
    if session is None:
        if request.method not in ("GET", "HEAD") or not for_page:
            return Refusal(401, "Please sign in first.", for_page)
        return Refusal(302, "Please sign in first.", for_page, {"Location": auth.sign_in_url(request)})
    return Refusal(403, "You do not have permission to do this.", for_page)


def _is_for_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


async def _may(authorized: Authorized[AnySession], session: AnySession) -> bool:
    allowed = authorized(session)
    # A coroutine is truthy: without await, an async def would let everyone pass.
    return bool(await allowed if isinstance(allowed, Awaitable) else allowed)
