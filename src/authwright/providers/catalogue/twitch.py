"""Twitch, an OpenID Connect provider.

Documentation: https://dev.twitch.tv/console/apps
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService
from authwright.providers.profiles import mapped

__all__ = ["Twitch"]

Twitch: OIDCService = OIDCService(
    id="twitch",
    name="Twitch",
    issuer="https://id.twitch.tv/oauth2",
    scope="openid user:read:email",
    # Twitch adds these claims to the ID token only if they are requested by name (OIDC Core section 5.5).
    authorization_params={"claims": '{"id_token":{"email":null,"picture":null,"preferred_username":null}}'},
    client_auth="client_secret_post",
    profile=mapped(id="sub", name="preferred_username", email="email", image="picture"),
    style=Style("#65459B", "#fff"),
)
