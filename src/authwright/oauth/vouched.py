"""What a provider vouches for: the user, its account there with the tokens, and the claims that they stand on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.providers import OAuth
from authwright.types import Account, User

_LONGEST = 10 * 365 * 86400


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody whom a provider vouches for."""

    user: User
    account: Account
    claims: Mapping[str, Any]


async def user_of(provider: OAuth, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> User:
    """Who the provider's ``profile`` says it is; a name, address or image that is no text is left out.

    Raises:
        OAuthCallbackError: That is nobody with an id.
    """
    hook = provider.hooks.get("profile")
    answer = await hook(claims=claims, tokens=tokens) if hook else default_profile(claims)
    user = answer if isinstance(answer, User) else User.from_mapping(answer) if isinstance(answer, dict) else None
    if user is None or not _text(user.id):
        raise OAuthCallbackError(f"profile of the provider {provider.id} answered no user with an id.")
    return replace(user, name=_text(user.name), email=_text(user.email), image=_text(user.image))


def _text(value: object) -> str | None:
    """*value* where it is text that any store takes: PostgreSQL fails on a NUL."""
    return value if isinstance(value, str) and "\0" not in value else None


def default_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    """The user that OpenID Connect's standard claims speak of (OIDC Core section 5.1)."""
    return {
        "id": claims.get("sub"),
        "name": claims.get("name") or claims.get("preferred_username"),
        "email": claims.get("email"),
        "image": claims.get("picture"),
    }


def checked_tokens(tokens: dict[str, Any]) -> dict[str, Any]:
    """A token response whose members have the types of RFC 6749 section 5.1; those that have not are left out.

    Raises:
        OAuthCallbackError: There is no access token, or it is no bearer token.
    """
    access_token = tokens.get("access_token")
    if not access_token or not _is_visible(access_token):
        raise OAuthCallbackError("The token response has no access_token.")
    if str(tokens.get("token_type") or "Bearer").lower() != "bearer":
        raise OAuthCallbackError("The access token is not a bearer token.")
    texts = ("refresh_token", "id_token", "scope", "session_state", "token_type")
    return {
        **{name: value for name, value in tokens.items() if name not in texts or _is_visible(value)},
        "access_token": access_token,
    }


def _is_visible(value: object) -> bool:
    """RFC 6749 appendix A: tokens and scopes are of printable ASCII, or no header could carry them."""
    return isinstance(value, str) and value.isascii() and value.isprintable()


def account_of(provider: OAuth, user: User, tokens: Mapping[str, Any]) -> Account:
    """Nothing in a token response can say whose account it is: those three fields are ours alone."""
    return Account(
        access_token=tokens["access_token"],
        refresh_token=tokens.get("refresh_token"),
        id_token=tokens.get("id_token"),
        expires_at=_expires_at(tokens.get("expires_in")),
        token_type=tokens.get("token_type"),
        scope=tokens.get("scope"),
        session_state=tokens.get("session_state"),
        provider=provider.id,
        type=provider.type,
        provider_account_id=user.id,
    )


def with_tokens(account: Account, tokens: Mapping[str, Any]) -> Account:
    """*account* with refreshed *tokens*; what the answer leaves out stays (RFC 6749 section 6)."""
    new = {name: tokens[name] for name in ("access_token", "refresh_token", "id_token", "scope") if tokens.get(name)}
    return replace(account, **new, expires_at=_expires_at(tokens.get("expires_in")))


def _expires_at(expires_in: object) -> int | None:
    """``expires_in`` is a number of seconds; some providers write it as text. Anything else is left out."""
    if isinstance(expires_in, bool) or not isinstance(expires_in, (int, float, str)):
        return None
    try:
        seconds = float(expires_in)
    except (ValueError, OverflowError):
        return None
    return int(time.time() + seconds) if 0 <= seconds <= _LONGEST else None
