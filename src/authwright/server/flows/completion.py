"""The end of every sign-in: a session and the callback URL, or an error page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from secrets import token_bytes

from authwright.errors import AdapterError, AuthwrightError, SessionTooLarge, SignInError
from authwright.http import Cookie, Response
from authwright.options import Site
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest
from authwright.server.protocol.signed_out import mark_signed_out
from authwright.server.protocol.urls import add_parameters
from authwright.server.sessions.base import SignedIn
from authwright.server.sessions.presented import PresentedToken, present_all
from authwright.server.sessions.remember import FIELD, as_chosen, choice_of, remembered_choice


async def finish(context: Context, request: ActionRequest, signed_in: SignedIn) -> Response:
    """Begin the session, end the one that this browser had before, and redirect to the callback URL."""
    remember, cookies = request.site.cookies.remember_me, request.http.cookies
    asks = context.session_options.remember_me
    if signed_in.account.type == "credentials":
        choice = choice_of(request.http.form.get(FIELD), asks=asks)
    else:
        choice = remembered_choice(cookies, remember, asks=asks)
    begun = as_chosen(await begin(context, request.site, cookies, signed_in, request.now), choice, remember, cookies)
    target = request.callback_url
    if signed_in.is_new_user and context.pages.new_user:
        target = add_parameters(context.pages.new_user, callbackUrl=target)
    return request.redirect(target, cookies=begun)


async def begin(
    context: Context, site: Site, cookies: Mapping[str, str], signed_in: SignedIn, now: float
) -> list[Cookie]:
    """Begin the session and end the one that this browser had before. Return the cookies to set."""
    option = site.cookies.session_token
    previous = present_all(site, cookies, context.secrets, now)
    begun = await context.sessions.begin(signed_in, option, cookies, now)
    begun += await mark_of_leaving(context, site, cookies, previous, now)
    for presented in previous:
        await _end_previous(context, presented, now)
    await context.emit(
        "sign_in",
        user=signed_in.user,
        account=signed_in.account,
        profile=signed_in.profile,
        is_new_user=signed_in.is_new_user,
    )
    return begun


async def mark_of_leaving(
    context: Context, site: Site, cookies: Mapping[str, str], left: Sequence[PresentedToken], now: float
) -> list[Cookie]:
    """Return the cookie that keeps a late response from bringing back the sessions *left*, if one is needed."""
    ids = [await context.sessions.outliving_id(presented, now) for presented in left]
    outliving = list(dict.fromkeys(one for one in ids if one is not None))
    if not outliving:
        return []
    return [mark_signed_out(outliving, site.cookies.signed_out, cookies, context.secrets, now=now, random=token_bytes)]


async def _end_previous(context: Context, presented: PresentedToken, now: float) -> None:
    try:
        await context.sessions.end(presented, now)
    except AdapterError as error:
        # The new session stands; the old one ends when it expires.
        context.log.warning("SESSION_ERROR", error.detail)


def failed(context: Context, request: ActionRequest, error: Exception, code: str, *, status: int) -> Response:
    """Return the redirect to the error page of a sign-in that failed after the user had proved their identity.

    Raises:
        AdapterError: *error* is one: the store is down, which is a 503.
    """
    if isinstance(error, AdapterError):
        raise error
    if isinstance(error, SignInError):
        context.log.warning(code, error.detail)
        return request.to("error", status=max(status, error.status), error=error.code)
    if isinstance(error, SessionTooLarge):
        context.log.error("SESSION_COOKIE_SIZE", error.detail)
        return request.to("error", status=error.status, error=error.code)
    context.log.error(code, error)
    shown = error.code if isinstance(error, AuthwrightError) else "Callback"
    return request.to("error", status=status, error=shown)
