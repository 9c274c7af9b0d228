"""The result of a sign-in with a provider: the user, the account with its tokens, and the claims."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.providers import OAuth
from authwright.providers.oauth import BEARER
from authwright.providers.profiles import STANDARD_CLAIMS
from authwright.providers.users import read_user
from authwright.server.oauth.token_expiry import expiry_of
from authwright.types import Account, User

# Seconds. Most providers' tokens are valid for an hour, like the example in RFC 6749 section 5.1.
_USUAL_LIFETIME = 3600


@dataclass(frozen=True, slots=True)
class SignIn:
    """The result of a sign-in with a provider."""

    user: User
    account: Account
    claims: Mapping[str, Any]


async def user_of(
    provider: OAuth, claims: Mapping[str, Any], tokens: Mapping[str, Any], params: Mapping[str, str] | None = None
) -> User:
    """Return the user that the provider's ``profile`` function creates from *claims*.

    Args:
        provider: The provider's configuration.
        claims: The claims about the user.
        tokens: The token response.
        params: The parameters of the callback. They are not signed.

    Raises:
        OAuthCallbackError: ``profile`` returned no user, or a user with an invalid field; see ``read_user``.
    """
    hook = provider.hooks.get("profile")
    result = await hook(claims=claims, tokens=tokens, params=params) if hook else STANDARD_CLAIMS(claims)
    user = read_user(result, f"profile of the provider {provider.id} returned", OAuthCallbackError)
    # U+FFFD replaces characters that cannot be decoded, so two different ids could become equal.
    if "\ufffd" in user.id:
        raise OAuthCallbackError(f"profile of the provider {provider.id} returned an id that is not text.")
    return user


def checked_tokens(tokens: dict[str, Any], token_types: Sequence[str] = BEARER) -> dict[str, Any]:
    """Return a token response without the members whose values violate RFC 6749 section 5.1.

    Args:
        tokens: The token response.
        token_types: The allowed values of ``token_type``, in any case. A response without one is allowed.

    Raises:
        OAuthCallbackError: The access token is missing, invalid or of another type.
    """
    access_token = tokens.get("access_token")
    if not access_token or not _is_visible(access_token):
        raise OAuthCallbackError("The token response has no valid access_token.")
    token_type = tokens.get("token_type")
    allowed = {name.lower() for name in (*BEARER, *token_types)}
    if token_type and str(token_type).strip().lower() not in allowed:
        raise OAuthCallbackError("The access token's token_type is not Bearer and is not in the option token_types.")
    texts = ("refresh_token", "id_token", "scope", "session_state", "token_type")
    return {
        **{name: value for name, value in tokens.items() if name not in texts or _is_visible(value)},
        "access_token": access_token,
    }


def _is_visible(value: object) -> bool:
    """Return whether *value* is printable ASCII, as tokens and scopes are (RFC 6749 appendix A)."""
    return isinstance(value, str) and value.isascii() and value.isprintable()


def account_of(provider: OAuth, user: User, tokens: Mapping[str, Any]) -> Account:
    """Return the account of *user*. A token response cannot set the provider, the type or the account id."""
    return Account(
        access_token=tokens["access_token"],
        refresh_token=tokens.get("refresh_token"),
        id_token=tokens.get("id_token"),
        expires_at=expiry_of(tokens, time.time()),
        token_type=tokens.get("token_type"),
        scope=tokens.get("scope"),
        session_state=tokens.get("session_state"),
        provider=provider.id,
        type=provider.type,
        provider_account_id=user.id,
    )


def with_tokens(account: Account, tokens: Mapping[str, Any]) -> Account:
    """Return *account* with refreshed *tokens*. A member that the response omits is kept (RFC 6749 section 6)."""
    new = {name: tokens[name] for name in ("access_token", "refresh_token", "id_token", "scope") if tokens.get(name)}
    now = time.time()
    expires_at = expiry_of(tokens, now)
    if expires_at is None and account.expires_at is not None:
        # The previous token had an expiry, so the new one expires, too, but its lifetime is unknown. If this guess is
        # too short, tokens are only refreshed too often. Without an expiry, the token would count as valid for ever.
        expires_at = int(now) + _USUAL_LIFETIME
    return replace(account, **new, expires_at=expires_at)
