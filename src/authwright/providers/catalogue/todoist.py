"""Todoist, an OAuth 2.0 provider.

Documentation: https://developer.todoist.com/guides/#oauth
Register an app: https://developer.todoist.com/appconsole.html
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Todoist"]

Todoist: OAuthService = OAuthService(
    id="todoist",
    name="Todoist",
    authorization="https://app.todoist.com/oauth/authorize",
    token="https://api.todoist.com/oauth/access_token",
    userinfo="https://api.todoist.com/api/v1/user",
    scope="data:read",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="full_name", email="email", image="avatar_big"),
    style=Style("#E44332", "#000"),
)
