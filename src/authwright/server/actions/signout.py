"""GET and POST /signout."""

from __future__ import annotations

from collections.abc import Sequence

from authwright.errors import AdapterError, ConfigurationError
from authwright.http import Response
from authwright.server.actions.logout import url_at_provider
from authwright.server.context import Context
from authwright.server.flows.completion import mark_of_leaving
from authwright.server.flows.request import ActionRequest, refuse_csrf
from authwright.server.sessions.presented import PresentedToken, present_all
from authwright.types import JWT, AdapterSession


async def show(context: Context, request: ActionRequest) -> Response:
    """Show the page that asks whether to sign out."""
    if context.pages.sign_out:
        return request.redirect(context.pages.sign_out)
    page = context.built_in_pages.signout(
        accept_language=request.accept_language,
        action=request.site.base_url.to("signout"),
        csrf_token=request.csrf_token,
        callback_url=request.carried_url,
    )
    return request.page(page, context.built_in_pages.headers)


async def end(context: Context, request: ActionRequest) -> Response:
    """End the session, then redirect to the callback URL; with ``federated=true`` to the provider."""
    if not request.csrf_verified:
        refuse_csrf(context, request)
        return request.to("signout", csrf="true")
    ours, cookies = request.site.cookies, request.http.cookies
    left = present_all(request.site, cookies, context.secrets, request.now)
    if not left:
        return request.redirect(request.callback_url)
    mark = await mark_of_leaving(context, request.site, cookies, left, request.now)
    ended = await _end_all(context, left, request.now)
    cleared = ours.session_token.clear(cookies) + ours.remember_me.clear(cookies)
    target = request.callback_url
    if ended and request.http.form.get("federated") in ("true", True):
        target = await url_at_provider(context, request, ended[0]) or target
    return request.redirect(target, cookies=[*cleared, *mark])


async def _end_all(context: Context, left: Sequence[PresentedToken], now: float) -> list[JWT | AdapterSession]:
    """End the sessions of the tokens *left*. Return what they were. There may be several tokens of one session."""
    ended: dict[str, JWT | AdapterSession] = {}
    for presented in left:
        try:
            session = await context.sessions.end(presented, now)
        except (AdapterError, ConfigurationError) as error:
            # v4: the cookie is removed even if the store is down, so that at least this browser is signed out.
            context.log.error("SIGNOUT_ERROR", error.detail)
            continue
        if isinstance(session, AdapterSession):
            ended[session.session_token] = session
        elif session is not None:
            ended[session["authwright"]["sid"]] = session
    for session in ended.values():
        if isinstance(session, AdapterSession):
            await context.emit("sign_out", message=session, session=session)
        else:
            await context.emit("sign_out", message=session, token=session)
    return list(ended.values())
