"""GET and POST /signin[/PROVIDER]: the sign-in page, and the first half of a sign-in."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from authwright.errors import AuthwrightError, BadRequest, EmailSignin, InvalidEmail
from authwright.http import Response
from authwright.providers import Credentials, Email, OAuth
from authwright.server.context import Context, Provider
from authwright.server.flows import oauth
from authwright.server.flows.linking import asks_to_link
from authwright.server.flows.message import unseal
from authwright.server.flows.permission import ask_permission
from authwright.server.flows.request import ActionRequest, refuse_csrf
from authwright.server.pages import ProviderForm
from authwright.server.protocol.urls import add_parameters
from authwright.server.sessions.remember import FIELD, as_chosen, choice_of
from authwright.types import Account, VerificationToken


async def show(context: Context, request: ActionRequest) -> Response:
    """Show the sign-in page: the app's own, or the built-in one."""
    error, message = request.http.query.get("error"), unseal(context, request)
    if context.pages.sign_in:
        shown = message or error
        parameters = {"callbackUrl": request.carried_url} | ({"error": shown} if shown else {})
        return request.redirect(add_parameters(context.pages.sign_in, **parameters))
    page = context.built_in_pages.signin(
        accept_language=request.accept_language,
        forms=[_form(provider, request) for provider in context.providers.values()],
        csrf_token=request.csrf_token,
        callback_url=request.carried_url,
        error=error,
        message=message,
        email=request.http.query.get("email", ""),
        remember_me=context.session_options.remember_me,
    )
    return request.page(page, context.built_in_pages.headers)


async def start(context: Context, request: ActionRequest) -> Response:
    """Start a sign-in with the provider that the path names."""
    if not request.csrf_verified:
        refuse_csrf(context, request)
        return request.to("signin", csrf="true")
    if request.provider_id is None:
        context.log.warning("BAD_REQUEST", "POST /signin names no provider, so the sign-in page is shown.")
        return request.to("signin", csrf="true")
    provider = context.providers[request.provider_id]
    choice = choice_of(request.http.form.get(FIELD), asks=context.session_options.remember_me)
    # The flow ends in another request, which reads the choice from this cookie.
    request.cookies += as_chosen([], choice, request.site.cookies.remember_me, request.http.cookies)
    if isinstance(provider, OAuth):
        return await oauth.begin(context, request, provider)
    if asks_to_link(request):
        raise BadRequest("link=true works with OAuth providers only.")
    if isinstance(provider, Credentials):
        # v4: credentials are posted to /callback, so there is nothing to start here.
        return request.to("signin")
    try:
        return await _send_link(context, request, provider)
    except InvalidEmail as error:
        context.log.warning("SIGNIN_EMAIL_ERROR", error.detail)
        return request.to("error", error=EmailSignin.code)
    except EmailSignin as error:
        context.log.error("SIGNIN_EMAIL_ERROR", error)
        return request.to("error", error=EmailSignin.code)


async def _send_link(context: Context, request: ActionRequest, provider: Email) -> Response:
    identifier = request.http.text_field("email")
    if not identifier:
        raise InvalidEmail('The form has no field "email".')
    email = await provider.normalize(identifier)
    account = Account(provider=provider.id, type="email", provider_account_id=email, user_id=email)
    user = await context.accounts.user_of_email(email)
    refusal = await ask_permission(context, request, user, account, email={"verification_request": True})
    if refusal:
        return refusal
    token = await provider.make_token()
    expires = datetime.fromtimestamp(request.now + provider.max_age, UTC)
    hashed = hash_token(token, provider.secret or context.secrets[0])
    await context.adapter.create_verification_token(VerificationToken(identifier=email, token=hashed, expires=expires))
    link = request.site.base_url.to(
        f"callback/{provider.id}", callbackUrl=request.carried_url, token=token, email=email
    )
    try:
        await provider.deliver(
            identifier=email, url=link, token=token, expires=expires, theme=context.theme, request=request.http
        )
    except AuthwrightError:
        raise
    except Exception as error:
        # The text of an exception from the app's send function may quote the link, so only its type is logged.
        raise EmailSignin(f"The function that sends mail failed with {type(error).__name__}.") from None
    return request.to("verify-request", provider=provider.id, type=provider.type)


def hash_token(token: str, secret: str) -> str:
    """Return the hash of a link's *token* that is stored, as v4 computes it."""
    return sha256(f"{token}{secret}".encode("utf-8", "replace")).hexdigest()


def _form(provider: Provider, request: ActionRequest) -> ProviderForm:
    action = "callback" if isinstance(provider, Credentials) else "signin"
    return ProviderForm(
        id=provider.id,
        name=provider.name,
        type=provider.type,
        action=request.site.base_url.to(f"{action}/{provider.id}"),
        fields=provider.fields if isinstance(provider, Credentials) else {},
    )
