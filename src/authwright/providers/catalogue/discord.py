"""Discord, an OAuth 2.0 provider.

Documentation: https://discord.com/developers/docs/topics/oauth2
Register an app: https://discord.com/developers/applications
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Discord"]

_DISCORD_CDN = "https://cdn.discordapp.com"


def _discord_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    user = mapped(id="id", name="username", email="email", image="avatar", email_verified="verified")(claims)
    avatar = user["image"]
    if avatar:
        kind = "gif" if avatar.startswith("a_") else "png"
        return user | {"image": f"{_DISCORD_CDN}/avatars/{user['id']}/{avatar}.{kind}"}
    return user | {"image": f"{_DISCORD_CDN}/embed/avatars/{_discord_default(user['id'], claims)}.png"}


def _discord_default(user_id: object, claims: Mapping[str, Any]) -> int:
    """Return the number of the default image: from the discriminator or, if that is "0" or missing, from the id."""
    try:
        discriminator = int(str(claims.get("discriminator") or 0))
        return discriminator % 5 if discriminator else (int(str(user_id)) >> 22) % 6
    except ValueError:
        return 0


Discord: OAuthService = OAuthService(
    id="discord",
    name="Discord",
    authorization="https://discord.com/api/oauth2/authorize",
    token="https://discord.com/api/oauth2/token",
    userinfo="https://discord.com/api/users/@me",
    scope="identify email",
    profile=_discord_profile,
    style=Style("#5865F2", "#fff"),
)
