"""Sign-outs that involve the provider: one that continues there, and one that begins there.

Rule 1: a sign-out with ``federated=true`` ends the session here first, whether or not it succeeds at the provider
        (OpenID Connect RP-Initiated Logout 1.0).
Rule 2: a provider can end sessions only with a logout token that it has signed (Back-Channel Logout 1.0).
Rule 3: a logout token works once. A copy of it does not end sessions that began later.
"""

from __future__ import annotations

from hashlib import sha256

from authwright.errors import AuthwrightError, ConfigurationError, Conflict, NotFound, OAuthCallbackError
from authwright.http import JSON, NO_STORE, Response
from authwright.providers import OIDC
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest
from authwright.server.strict_json import dump
from authwright.types import JWT, AdapterSession


async def url_at_provider(context: Context, request: ActionRequest, ended: JWT | AdapterSession) -> str | None:
    """Return the URL at which the browser signs out at the provider that the *ended* session began with.

    Return None if that provider is unknown or has no such URL.
    """
    if isinstance(ended, AdapterSession):
        user_id, began_with = ended.user_id, ended.provider
    else:
        user_id, began_with = context.jwt_sessions.owner(ended) or "", None
    try:
        hints = await _id_tokens(context, user_id)
        provider = _provider(context, began_with, hints)
        if provider is None:
            return None
        target = provider.post_logout_redirect_uri or request.site.base_url.origin
        return await context.clients.of(provider).end_session_url(hints.get(provider.id), target)
    except AuthwrightError as error:
        context.log.warning("SIGNOUT_ERROR", error.detail)
        return None


async def by_provider(context: Context, request: ActionRequest) -> Response:
    """Handle POST /backchannel-logout/PROVIDER: a user has signed out at the provider."""
    provider = context.providers[request.provider_id or ""]
    if not isinstance(provider, OIDC):
        raise NotFound
    try:
        claims = await context.clients.of(provider).logout_claims(request.http.text_field("logout_token") or "")
        async with context.sessions.once(_name_of(provider, claims["jti"]), request.now):
            user_id = await _user_id(context, provider, claims["sub"])
            sid = claims.get("sid")
            ended = await context.sessions.end_at_provider(user_id, provider.id, sid, request.now) if user_id else []
    except Conflict:
        context.log.warning("BACKCHANNEL_LOGOUT_ERROR", "The logout token (jti) was used before.")
        return _refuse()
    except OAuthCallbackError as error:
        context.log.warning("BACKCHANNEL_LOGOUT_ERROR", error.detail)
        return _refuse()
    except ConfigurationError as error:
        context.log.error("BACKCHANNEL_LOGOUT_ERROR", error.detail)
        return _refuse()
    for row in ended:
        await context.emit("sign_out", message=row, session=row)
    return Response(200, [*NO_STORE])


def _refuse() -> Response:
    return Response(400, [JSON, *NO_STORE], dump({"error": "invalid_request"}))


def _name_of(provider: OIDC, jti: str) -> str:
    """Return the name by which a logout token is remembered. A jti is unique for one provider, and has any length."""
    return sha256(f"{provider.id} {jti}".encode("utf-8", "replace")).hexdigest()


async def _id_tokens(context: Context, user_id: str) -> dict[str, str | None]:
    """Return the ID tokens of the user's accounts by provider."""
    if not context.has_adapter or not user_id:
        return {}
    return {account.provider: account.id_token for account in await context.accounts.of_user(user_id)}


def _provider(context: Context, began_with: str | None, linked: dict[str, str | None]) -> OIDC | None:
    """Return the provider that a session began with. A session token does not say: then it is the only candidate."""
    known = [provider for provider in context.providers.values() if isinstance(provider, OIDC)]
    if began_with:
        return next((provider for provider in known if provider.id == began_with), None)
    candidates = [provider for provider in known if not context.has_adapter or provider.id in linked]
    return candidates[0] if len(candidates) == 1 else None


async def _user_id(context: Context, provider: OIDC, subject: str) -> str | None:
    if not context.has_adapter:
        return subject
    user = await context.adapter.get_user_by_account(provider.id, subject)
    return user.id if user else None
