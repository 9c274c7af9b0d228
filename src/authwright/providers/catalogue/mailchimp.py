"""Mailchimp, an OAuth 2.0 provider.

Documentation: https://admin.mailchimp.com/account/oauth2/client/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Mailchimp"]

Mailchimp: OAuthService = OAuthService(
    id="mailchimp",
    name="Mailchimp",
    authorization="https://login.mailchimp.com/oauth2/authorize",
    token="https://login.mailchimp.com/oauth2/token",
    userinfo="https://login.mailchimp.com/oauth2/metadata",
    client_auth="client_secret_post",
    profile=mapped(id="login.login_id", name="accountname", email="login.email"),
    style=Style("#000", "#fff"),
)
