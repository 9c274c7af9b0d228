"""Sign-in through a provider: the request to it, and its response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from authwright.errors import ConfigurationError, OAuthCallbackError, OAuthSignin, SessionRequired, SignInError
from authwright.http import NO_STORE, Response
from authwright.providers import OAuth
from authwright.server.accounts import EmailTrust
from authwright.server.context import Context
from authwright.server.flows.completion import failed, finish
from authwright.server.flows.linking import linking_user, linking_user_id
from authwright.server.flows.permission import ask_permission
from authwright.server.flows.request import ActionRequest
from authwright.server.oauth.sign_in import SignIn
from authwright.server.protocol.addresses import normal_form_or_none, same_address
from authwright.server.protocol.checks import Pending, Purpose, across_sites
from authwright.server.sessions.base import SignedIn
from authwright.types import User

# The parameters of a response that are read (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207), and Apple's user.
_PARAMETERS = ("code", "state", "iss", "error", "user")
# Characters in a URL. Apple's user has about 200. Servers refuse URLs that are too long.
_USER_LIMIT = 2000
_SID_LIMIT = 255


async def begin(context: Context, request: ActionRequest, provider: OAuth) -> Response:
    """Redirect the browser to the provider, and set the cookies that bind the callback to this browser."""
    pending, redirect_uri = _pending(context, request), _redirect_uri(request, provider)
    try:
        purpose = Purpose(request.callback_url, await linking_user_id(context, request, provider))
        client = context.clients.of(provider)
        url, cookies = await client.begin(pending, redirect_uri, purpose, request.http.query)
    except SessionRequired as error:
        context.log.warning("SIGNIN_OAUTH_ERROR", error.detail)
        return request.to("signin", error=error.code)
    except (SignInError, ConfigurationError) as error:
        context.log.error("SIGNIN_OAUTH_ERROR", error)
        return request.to("error", error=error.code if isinstance(error, ConfigurationError) else OAuthSignin.code)
    if provider.response_mode == "form_post" and not request.carries_session:
        # With a session they stay Lax, as the session's cookie is: the callback needs it to link, or to end it.
        cookies = across_sites([*cookies, request.site.cookies.callback_url.cookie(request.carried_url)])
    return request.redirect(url, cookies=cookies)


async def end(context: Context, request: ActionRequest, provider: OAuth, response: Mapping[str, Any]) -> Response:
    """Finish the flow of this browser that the provider's *response* belongs to: sign in, or link the account."""
    pending = _pending(context, request)
    texts = {name: value for name, value in response.items() if isinstance(value, str)}
    client = context.clients.of(provider)
    flow = pending.find(provider.id, provider.checks, client.state_in(texts))
    if flow is None and provider.checks and request.http.method == "POST":
        # SameSite=Lax cookies are not sent with a POST from another site (form_post), but with the GET after a 303.
        kept = {name: texts[name] for name in _PARAMETERS if name in texts}
        if len(quote(kept.get("user", ""), errors="replace")) > _USER_LIMIT:
            del kept["user"]
        location = f"{_redirect_uri(request, provider)}?{urlencode(kept, errors='replace')}"
        return Response(303, [("Location", location), *NO_STORE])
    if flow is None:
        request.cookies += pending.unreadable()
    if flow is None and provider.checks:
        error = OAuthCallbackError("The callback belongs to no pending flow of this browser, or came too late.")
        return failed(context, request, error, "OAUTH_CALLBACK_ERROR", status=200)
    if flow is not None:
        # The flow's cookies work once, whether or not the sign-in succeeds.
        request.cookies += pending.end(flow)
        request.callback_url = flow.callback_url or request.callback_url
    try:
        linking = await linking_user(context, request, flow)
        vouched = await client.complete(flow, _redirect_uri(request, provider), texts)
        return await _sign_in(context, request, provider, vouched, linking)
    except Exception as error:
        return failed(context, request, error, "OAUTH_CALLBACK_ERROR", status=200)


async def _sign_in(
    context: Context, request: ActionRequest, provider: OAuth, vouched: SignIn, linking: User | None
) -> Response:
    account, given = vouched.account, vouched.user
    user = replace(given, email=normal_form_or_none(given.email))
    if user.email is None and given.email is not None:
        if given.email:
            context.log.warning("INVALID_EMAIL", f"The profile of the provider {provider.id} has an invalid address.")
        given = user
    trust = _trust(provider, vouched.claims, user)
    known = await context.accounts.who_signs_in(given, account, linking, trust) if context.has_adapter else None
    refusal = await ask_permission(context, request, known or user, account, profile=vouched.claims)
    if refusal:
        return refusal
    signed_in = SignedIn(user=user, account=account)
    if context.has_adapter:
        row = await context.sessions.new_row(provider.id, request.http, request.now)
        sid = vouched.claims.get("sid")
        if row and isinstance(sid, str) and len(sid) <= _SID_LIMIT and sid.isprintable():
            # A back-channel logout names the session by it.
            row.sid = sid
        signed_in = await context.accounts.sign_in_by_oauth(
            given,
            account,
            linking,
            row,
            trust=trust,
            profile=vouched.claims,
        )
        await context.accounts.keep_tokens(signed_in.account)
    signed_in.profile = vouched.claims
    return await finish(context, request, signed_in)


def _trust(provider: OAuth, claims: Mapping[str, Any], user: User) -> EmailTrust:
    if provider.allow_dangerous_email_account_linking:
        return "always"
    # OIDC Core section 5.1; Apple sends a string.
    verified = claims.get("email_verified")
    if verified is None:
        return "never"
    is_the_claim = same_address(claims.get("email"), user.email)
    if verified in (True, "true"):
        return "verified" if is_the_claim and provider.link_verified_emails else "never"
    # The profile function may have computed the address from the unverified claim, as in claims["email"].casefold().
    # Only an address that is the value of another claim is known to be from elsewhere.
    from_another = any(same_address(value, user.email) for name, value in claims.items() if name != "email")
    return "never" if from_another and not is_the_claim else "denied"


def _pending(context: Context, request: ActionRequest) -> Pending:
    return Pending(request.site.cookies, request.http.cookies, context.secrets, request.now)


def _redirect_uri(request: ActionRequest, provider: OAuth) -> str:
    """Return the provider's redirect URI, which no request can change."""
    return request.site.base_url.to(f"callback/{provider.id}")
