"""GET and POST /session: the session of the signed-in user. It is the hot path: every page asks for it."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from secrets import token_bytes

from authwright.errors import InvalidToken, SessionTooLarge
from authwright.http import Cookie, Response
from authwright.options import Site
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest, refuse_csrf
from authwright.server.protocol import receipts
from authwright.server.sessions.base import Current, SessionUpdate
from authwright.server.sessions.presented import present
from authwright.server.sessions.remember import as_chosen, remembered_choice
from authwright.server.sessions.results import UnusableResult
from authwright.server.strict_json import dump, load


def show(context: Context, request: ActionRequest) -> Awaitable[Response]:
    """Return the session and renew it, or ``{}`` if there is none. The cookie of an invalid session is removed.

    With ``?nonce=...`` the response is a receipt for the session (``protocol.receipts``).
    """
    if request.http.raw_query and "nonce" in request.http.query:
        return _sealed(context, request, None)
    return _respond(context, request, None)


async def update(context: Context, request: ActionRequest) -> Response:
    """Return the session after the app's callback has handled the client's ``data``; 400 without a valid CSRF token."""
    if not request.csrf_verified:
        refuse_csrf(context, request)
        return request.json({}, 400)
    change = SessionUpdate(data=request.http.form.get("data"))
    if "nonce" in request.http.query:
        return await _sealed(context, request, change)
    return await _respond(context, request, change)


async def _sealed(context: Context, request: ActionRequest, update: SessionUpdate | None) -> Response:
    """Return the response of ``_respond`` with its session in a receipt for the request's nonce."""
    nonce = receipts.check_nonce(request.http.query["nonce"])
    response = await _respond(context, request, update)
    if response.status != 200:
        return response
    receipt = receipts.mint(load(response.body), nonce, context.secrets[0], now=request.now, random=token_bytes)
    response.body = dump({"receipt": receipt})
    return response


async def _respond(context: Context, request: ActionRequest, update: SessionUpdate | None) -> Response:
    option, cookies = request.site.cookies.session_token, request.http.cookies
    presented = await present(context.sessions, request.site, cookies, context.secrets, request.now)
    if presented is None:
        return request.json({})
    try:
        current = await context.sessions.read(presented, request.now, update)
        if current is None:
            return request.json({})
        renewed = await renew(context, request.site, current, cookies, request.now)
        response = request.json(current.session, cookies=renewed)
    except SessionTooLarge as error:
        return request.json({"message": error.message, "code": error.code}, error.status)
    except InvalidToken as error:
        log_end(context, error)
        return request.json({}, cookies=option.clear(cookies))
    except UnusableResult as error:
        log_unusable(context, error)
        return request.json({})
    except (TypeError, ValueError, RecursionError) as error:
        what = f"callbacks.session returned a session that is not JSON: {error}."
        context.log.error("SESSION_CALLBACK_ERROR", f"{what} Return only texts, numbers, bools, None, lists and dicts.")
        return request.json({})
    if context.hears_of_sessions:
        await announce(context, current)
    return response


def log_end(context: Context, error: InvalidToken) -> None:
    """Log that the token of a request belongs to no session, or to one that has ended."""
    context.log.warning("SESSION_ERROR" if context.has_database_sessions else "JWT_SESSION_ERROR", error.detail)


def log_unusable(context: Context, error: UnusableResult) -> None:
    """Log that the result of one of the app's functions cannot be used, so that the user counts as signed out."""
    context.log.error("SESSION_CALLBACK_ERROR", error.detail)


async def renew(context: Context, site: Site, current: Current, cookies: Mapping[str, str], now: float) -> list[Cookie]:
    """Renew the session. Return its cookies, which last as long as the user chose at the sign-in.

    If only a renewal made the session too large, this is logged and no cookie is returned: the old ones stay.

    Raises:
        InvalidToken: The session has ended since it was read.
        SessionTooLarge: An update made the session too large.
    """
    try:
        renewed = await context.sessions.renew(current, site.cookies.session_token, cookies, now)
    except SessionTooLarge as error:
        context.log.error("SESSION_COOKIE_SIZE", error.detail)
        if current.updated:
            raise
        return []
    remember = site.cookies.remember_me
    choice = remembered_choice(cookies, remember, asks=context.session_options.remember_me)
    if choice is False and current.late:
        # The browser does not drop this cookie at its end, and the client asks again right then.
        raise InvalidToken("The session has expired, and the leeway is not for renewals.")
    return as_chosen(renewed, choice, remember, cookies)


async def announce(context: Context, current: Current) -> None:
    """Emit v4's event ``session``: a session was read."""
    await context.emit("session", session=current.session, token=current.claims)
