"""Linking an account to the user who asked for it.

Rule 1: a flow links only if it was started to link: with the form field ``link=true``, or by a signed-in user if
        ``link_while_signed_in`` is set (v4's behaviour). Without that, a sign-in while signed in begins a new session:
        otherwise a planted session would get the account of the next user who signs in.
Rule 2: the id of the user who started the flow is sealed in its check cookies, and the account is linked only in a
        session of that user: otherwise an attacker could finish their flow in the browser of another user, and link
        their own account to that user.
Rule 3: therefore a provider cannot link accounts unless its ``checks`` bind the callback to the browser.
"""

from __future__ import annotations

from authwright.errors import AccountNotLinked, ConfigurationError, SessionRequired
from authwright.providers import OIDC, OAuth
from authwright.server.context import Context
from authwright.server.flows.request import ActionRequest
from authwright.server.protocol.checks import Flow
from authwright.server.sessions.presented import present
from authwright.types import User


def asks_to_link(request: ActionRequest) -> bool:
    """Return whether *request* starts a flow that links an account."""
    return request.http.form.get("link") in ("true", True)


async def linking_user_id(context: Context, request: ActionRequest, provider: OAuth) -> str | None:
    """Return the id of the user to whom the flow that *request* starts links an account, or None if it signs in.

    Raises:
        SessionRequired: The request asks to link, but no user of the adapter is signed in.
        ConfigurationError: The request asks to link, and this ``Auth`` or the provider cannot.
    """
    asked = asks_to_link(request)
    if not (asked or context.link_while_signed_in):
        return None
    if asked and not context.has_adapter:
        raise ConfigurationError("adapter", "is missing, so no account can be linked.", "Pass adapter=.")
    if asked and not can_link(provider):
        remedy = "Set checks=('pkce', 'state') on it."
        raise ConfigurationError("checks", f"of the provider {provider.id!r} are too few for link=true.", remedy)
    user_id = await _signed_in(context, request)
    if asked and user_id is None:
        raise SessionRequired("A flow with link=true was started without a session of a user in the adapter.")
    return user_id


async def linking_user(context: Context, request: ActionRequest, flow: Flow | None) -> User | None:
    """Return the user to whom *flow* links an account, or None if it signs in.

    Raises:
        AccountNotLinked: The user who started the flow is not signed in here any more.
    """
    if flow is None or flow.link is None:
        return None
    user = await context.adapter.get_user(flow.link) if await _signed_in(context, request) == flow.link else None
    if user is None:
        raise AccountNotLinked("The user who started to link this account is not signed in in this browser any more.")
    return user


def can_link(provider: OAuth) -> bool:
    """Return whether the provider's callback is bound to the browser that started the flow."""
    # Only an ID token carries a nonce.
    binding = {"pkce", "state", "nonce"} if isinstance(provider, OIDC) else {"pkce", "state"}
    return bool(binding & set(provider.checks))


async def _signed_in(context: Context, request: ActionRequest) -> str | None:
    if not context.has_adapter:
        return None
    cookies = request.http.cookies
    presented = await present(context.sessions, request.site, cookies, context.secrets, request.now)
    return await context.sessions.adapter_user_id(presented, request.now) if presented else None
