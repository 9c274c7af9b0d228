"""GET and POST /session: who is signed in. The hot path: every page of every user asks."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from secrets import token_bytes

from authwright.actions.request import ActionRequest
from authwright.config import Site
from authwright.context import Context
from authwright.errors import InvalidToken, SessionTooLarge
from authwright.http import Cookie, Response
from authwright.protocol import receipts
from authwright.sessions.base import Current, Update
from authwright.sessions.presented import present
from authwright.sessions.remember import as_chosen, choice_of
from authwright.strict_json import dump, load


def show(context: Context, request: ActionRequest) -> Awaitable[Response]:
    """The session, renewed; ``{}`` where there is none. A cookie that stands for none is removed.

    With ``?nonce=...`` the answer is a receipt for the session (``protocol.receipts``).
    """
    if request.http.raw_query and "nonce" in request.http.query:
        return _sealed(context, request, None)
    return _answer(context, request, None)


async def update(context: Context, request: ActionRequest) -> Response:
    """The session after the app's callback has judged the client's ``data``; 400 without a verified csrf token."""
    if not request.csrf_verified:
        return request.json({}, 400)
    change = Update(data=request.http.form.get("data"))
    if "nonce" in request.http.query:
        return await _sealed(context, request, change)
    return await _answer(context, request, change)


async def _sealed(context: Context, request: ActionRequest, update: Update | None) -> Response:
    """``_answer``, its session in a receipt for the request's nonce."""
    nonce = receipts.check_nonce(request.http.query["nonce"])
    answer = await _answer(context, request, update)
    if answer.status != 200:
        return answer
    receipt = receipts.mint(load(answer.body), nonce, context.secrets[0], now=request.now, random=token_bytes)
    answer.body = dump({"receipt": receipt})
    return answer


async def _answer(context: Context, request: ActionRequest, update: Update | None) -> Response:
    option, cookies = request.site.cookies.session_token, request.http.cookies
    presented = present(request.site, cookies, context.secrets, request.now)
    if presented is None:
        return request.json({})
    try:
        current = await context.sessions.read(presented, request.now, update)
        if current is None:
            return request.json({})
        renewed = await renew(context, request.site, current, cookies, request.now)
        answer = request.json(current.session, cookies=renewed)
    except SessionTooLarge as error:
        return request.json({"message": error.message, "code": error.code}, error.status)
    except InvalidToken as error:
        context.log.warning("JWT_SESSION_ERROR" if not context.has_database_sessions else "SESSION_ERROR", error.detail)
        return request.json({}, cookies=option.clear(cookies))
    except (TypeError, ValueError, RecursionError) as error:
        context.log.error(
            "SESSION_CALLBACK_ERROR", f"A jwt or session callback answered something that is no JSON: {error}"
        )
        return request.json({})
    if context.hears_of_sessions:
        await announce(context, current)
    return answer


async def renew(context: Context, site: Site, current: Current, cookies: Mapping[str, str], now: float) -> list[Cookie]:
    """Renew the session and return its cookies, which last in the browser as was chosen at its sign-in.

    If a mere renewal made the session too large, that is logged, and there are no cookies: the old ones stay.

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
    choice = choice_of(cookies.get(remember.name), asks=context.session_options.remember_me)
    return renewed if choice is None else as_chosen(renewed, choice, remember)


async def announce(context: Context, current: Current) -> None:
    """Tell the app that a session was read (v4's session event)."""
    await context.emit("session", session=current.session, token=current.claims)
