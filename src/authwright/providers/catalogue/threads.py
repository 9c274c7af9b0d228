"""Threads, an OAuth 2.0 provider.

Documentation: https://developers.facebook.com/docs/threads
Register an app: https://developers.facebook.com/apps/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Threads"]

Threads: OAuthService = OAuthService(
    id="threads",
    name="Threads",
    authorization="https://threads.net/oauth/authorize",
    token="https://graph.threads.net/oauth/access_token",
    userinfo="https://graph.threads.net/v1.0/me?fields=id,username,threads_profile_picture_url",
    scope="threads_basic",
    checks=("state",),
    client_auth="client_secret_post",
    profile=mapped(id="id", name="username", image="threads_profile_picture_url"),
    style=Style("#000", "#fff"),
)
