"""GET and POST /signout."""

from __future__ import annotations

from authwright.errors import AdapterError
from authwright.http import Response
from authwright.server.actions.logout import url_at_provider
from authwright.server.context import Context
from authwright.server.flows.completion import mark_of_leaving
from authwright.server.flows.request import ActionRequest
from authwright.server.sessions.presented import present
from authwright.types import AdapterSession


async def show(context: Context, request: ActionRequest) -> Response:
    """Show the page that asks whether to sign out."""
    if context.pages.sign_out:
        return request.redirect(context.pages.sign_out)
    page = context.built_in_pages.signout(
        accept_language=request.accept_language,
        action=request.site.base_url.to("signout"),
        csrf_token=request.csrf_token,
        callback_url=request.callback_url,
    )
    return request.page(page, context.built_in_pages.headers)


async def end(context: Context, request: ActionRequest) -> Response:
    """End the session, then redirect to the callback URL; with ``federated=true`` to the provider."""
    if not request.csrf_verified:
        return request.to("signout", csrf="true")
    presented = present(request.site, request.http.cookies, context.secrets, request.now)
    if presented is None:
        return request.redirect(request.callback_url)
    mark = await mark_of_leaving(context, request.site, request.http.cookies, presented, request.now)
    try:
        ended = await context.sessions.end(presented, request.now)
    except AdapterError as error:
        # v4: the cookie is removed even if the store is down, so that at least this browser is signed out.
        context.log.error("SIGNOUT_ERROR", error.detail)
        ended = None
    if isinstance(ended, AdapterSession):
        await context.emit("sign_out", message=ended, session=ended)
    elif ended is not None:
        await context.emit("sign_out", message=ended, token=ended)
    ours = request.site.cookies
    cleared = ours.session_token.clear(request.http.cookies) + ours.remember_me.clear(request.http.cookies)
    target = request.callback_url
    if ended is not None and request.http.form.get("federated") in ("true", True):
        target = await url_at_provider(context, request, ended) or target
    return request.redirect(target, cookies=[*cleared, *mark])
