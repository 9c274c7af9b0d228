"""Freshbooks, an OAuth 2.0 provider."""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Freshbooks"]

Freshbooks: OAuthService = OAuthService(
    id="freshbooks",
    name="Freshbooks",
    authorization="https://auth.freshbooks.com/service/auth/oauth/authorize",
    token="https://api.freshbooks.com/auth/oauth/token",
    userinfo="https://api.freshbooks.com/auth/api/v1/users/me",
    client_auth="client_secret_post",
    profile=mapped(id="response.id", name="response.first_name response.last_name", email="response.email"),
    style=Style("#0075dd", "#fff"),
)
