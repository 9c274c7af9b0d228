"""GET and POST /callback/PROVIDER: the second half of a sign-in, in which the user proves their identity."""

from __future__ import annotations

from authwright.adapters.clock import is_over
from authwright.errors import (
    AdapterError,
    BadRequest,
    ConfigurationError,
    CredentialsError,
    CredentialsSignin,
    EmailCreateAccount,
    MethodNotAllowed,
    Verification,
)
from authwright.http import Response
from authwright.providers import Credentials, Email, OAuth
from authwright.server.actions.signin import hash_token
from authwright.server.context import Context
from authwright.server.flows import oauth
from authwright.server.flows.completion import failed, finish
from authwright.server.flows.links import give_back
from authwright.server.flows.message import seal
from authwright.server.flows.permission import ask_permission
from authwright.server.flows.request import ActionRequest, refuse_csrf
from authwright.server.protocol.addresses import normal_form_or_none
from authwright.server.sessions.base import SignedIn
from authwright.types import Account, VerificationToken

# The fields that the client adds to a credentials form. The other fields are the app's.
_PROTOCOL_FIELDS = frozenset({"csrfToken", "callbackUrl", "json", "redirect"})


async def by_get(context: Context, request: ActionRequest) -> Response:
    """Handle the response of a provider, or an e-mail link.

    A link shows a button that sends a POST, so that mail scanners do not use it up.
    """
    provider = context.providers[request.provider_id or ""]
    if isinstance(provider, OAuth):
        return await oauth.end(context, request, provider, request.http.query)
    if isinstance(provider, Credentials):
        raise MethodNotAllowed(["POST"])
    if not provider.confirm:
        return await _by_link(context, request, provider, request.http.query)
    query = request.http.query
    if not query.get("token") or not query.get("email"):
        context.log.warning("CALLBACK_EMAIL_ERROR", "The link has no token or no address.")
        return request.to("error", error=Verification.code)
    page = context.built_in_pages.confirm_email(
        accept_language=request.accept_language,
        action=request.site.base_url.to(f"callback/{provider.id}"),
        csrf_token=request.csrf_token,
        callback_url=request.carried_url,
        email=query["email"],
        token=query["token"],
    )
    return request.page(page, context.built_in_pages.headers)


async def by_post(context: Context, request: ActionRequest) -> Response:
    """Handle the response of a provider; or, with a verified CSRF token, credentials or a confirmed e-mail link."""
    provider = context.providers[request.provider_id or ""]
    if isinstance(provider, OAuth):
        # form_post: the provider's page posts here, and the state takes the place of the CSRF token.
        return await oauth.end(context, request, provider, request.http.form)
    if not request.csrf_verified:
        refuse_csrf(context, request)
        return request.to("signin", csrf="true")
    if isinstance(provider, Credentials):
        return await _by_credentials(context, request, provider)
    fields = {name: request.http.text_field(name) or "" for name in ("token", "email")}
    return await _by_link(context, request, provider, fields)


async def _by_credentials(context: Context, request: ActionRequest, provider: Credentials) -> Response:
    credentials = {name: value for name, value in request.http.form.items() if name not in _PROTOCOL_FIELDS}
    if not all(isinstance(value, str) for value in credentials.values()):
        # A query operator such as {"$ne": null} is not a password.
        raise BadRequest("A credential is not a string.")
    user = None
    try:
        user = await provider.check(credentials, request.http)
        if user is None:
            context.log.warning("CREDENTIALS_REFUSED", f"authorize of {provider.id} accepted no user.")
    except CredentialsError as error:
        context.log.warning("CREDENTIALS_REFUSED", f"authorize of {provider.id} refused with the code {error.code!r}.")
        return _refused(context, request, provider, error)
    except Exception as error:
        context.log.error("CALLBACK_CREDENTIALS_HANDLER_ERROR", error)
    if user is None:
        return request.to("error", status=401, error=CredentialsSignin.code, provider=provider.id)
    account = Account(provider=provider.id, type="credentials", provider_account_id=user.id)
    refusal = await ask_permission(context, request, user, account, credentials=credentials)
    if refusal:
        return refusal
    signed_in = SignedIn(user=user, account=account)
    try:
        if context.has_database_sessions:
            if user.email and normal_form_or_none(user.email) is None:
                context.log.warning("INVALID_EMAIL", f"authorize of {provider.id} returned an invalid e-mail address.")
            row = await context.sessions.new_row(provider.id, request.http, request.now)
            signed_in = await context.accounts.sign_in_by_credentials(user, account, row)
        return await finish(context, request, signed_in)
    except Exception as error:
        return failed(context, request, error, "CALLBACK_CREDENTIALS_ERROR", status=401)


def _refused(context: Context, request: ActionRequest, provider: Credentials, error: CredentialsError) -> Response:
    return request.to(
        "error",
        status=error.status,
        error=error.message,
        code=error.code,
        provider=provider.id,
        message=seal(context, request, error.message),
    )


async def _by_link(context: Context, request: ActionRequest, provider: Email, fields: dict[str, str]) -> Response:
    email, token = fields.get("email", ""), fields.get("token", "")
    try:
        # An address contains printable characters only, and some stores, such as PostgreSQL, fail on a NUL.
        link = await _use_link(context, provider, email, token) if token and email and email.isprintable() else None
        if link is None:
            raise Verification("The link is unknown, or it was used before.")
        if await is_over(context.adapter, link.expires.timestamp(), request.now, context.log):
            raise Verification("The link has expired.")
        try:
            return await _sign_in_owner(context, request, provider, email)
        except (AdapterError, ConfigurationError, EmailCreateAccount):
            await give_back(context, link)
            raise
    except Exception as error:
        return failed(context, request, error, "CALLBACK_EMAIL_ERROR", status=200)


async def _sign_in_owner(context: Context, request: ActionRequest, provider: Email, email: str) -> Response:
    account = Account(provider=provider.id, type="email", provider_account_id=email, user_id=email)
    user = await context.accounts.user_of_email(email)
    refusal = await ask_permission(context, request, user, account)
    if refusal:
        return refusal
    row = await context.sessions.new_row(provider.id, request.http, request.now)
    signed_in = await context.accounts.sign_in_by_email(email, account, row, request.now)
    return await finish(context, request, signed_in)


async def _use_link(context: Context, provider: Email, email: str, token: str) -> VerificationToken | None:
    secrets = (provider.secret,) if provider.secret else context.secrets
    for secret in secrets:
        link = await context.adapter.use_verification_token(email, hash_token(token, secret))
        if link is not None:
            return link
    return None
