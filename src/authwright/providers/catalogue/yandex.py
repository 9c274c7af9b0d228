"""Yandex, an OAuth 2.0 provider.

Documentation: https://yandex.com/dev/id/doc/en/
Register an app: https://oauth.yandex.com/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Yandex"]


def _yandex_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    user = mapped(
        id="id",
        name="display_name | real_name | first_name",
        email="default_email | emails.0",
        image="default_avatar_id",
    )(claims)
    avatar = None if claims.get("is_avatar_empty") else user["image"]
    return user | {"image": avatar and f"https://avatars.yandex.net/get-yapic/{avatar}/islands-200"}


Yandex: OAuthService = OAuthService(
    id="yandex",
    name="Yandex",
    authorization="https://oauth.yandex.ru/authorize",
    token="https://oauth.yandex.ru/token",
    userinfo="https://login.yandex.ru/info?format=json",
    scope="login:info login:email login:avatar",
    profile=_yandex_profile,
    style=Style("#ffcc00", "#000"),
)
