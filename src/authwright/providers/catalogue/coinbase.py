"""Coinbase, an OAuth 2.0 provider.

Documentation: https://developers.coinbase.com/api/v2
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Coinbase"]

Coinbase: OAuthService = OAuthService(
    id="coinbase",
    name="Coinbase",
    authorization="https://login.coinbase.com/oauth2/auth",
    token="https://login.coinbase.com/oauth2/token",
    userinfo="https://api.coinbase.com/v2/user",
    scope="wallet:user:email wallet:user:read",
    client_auth="client_secret_post",
    profile=mapped(id="data.id", name="data.name", email="data.email", image="data.avatar_url"),
)
