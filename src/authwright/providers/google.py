"""Google, as an OpenID Connect provider (https://developers.google.com/identity/openid-connect)."""

from __future__ import annotations

from authwright.providers.oidc import OIDC


def Google(  # noqa: N802 - providers are called like classes, as in v4
    *,
    client_id: str,
    client_secret: str,
    scope: str = "openid email profile",
    allow_dangerous_email_account_linking: bool = False,
) -> OIDC:
    """Sign-in with Google.

    Args:
        client_id: Of the web application, from Google's console.
        client_secret: Likewise.
        scope: What to ask for; ``openid`` must be among it.
        allow_dangerous_email_account_linking: See ``OAuth``.
    """
    return OIDC(
        id="google",
        name="Google",
        issuer="https://accounts.google.com",
        client_id=client_id,
        client_secret=client_secret,
        scope=scope,
        allow_dangerous_email_account_linking=allow_dangerous_email_account_linking,
    )
