"""Eventbrite, an OAuth 2.0 provider.

Documentation: https://www.eventbrite.com/platform/api#/introduction/authentication
Register an app: https://www.eventbrite.com/account-settings/apps
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Eventbrite"]


def _eventbrite_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    emails = claims.get("emails")
    found = [one for one in emails if isinstance(one, dict)] if isinstance(emails, list) else []
    primary = next((one for one in found if one.get("primary")), {})
    user = mapped(id="id", name="name", email="primary.email")({**claims, "primary": primary})
    picture = f"https://cdn.evbuc.com/images/{claims.get('image_id')}/1/original.jpg"
    return user | {"image": f"https://img.evbuc.com/{quote(picture, safe='')}" if claims.get("image_id") else None}


Eventbrite: OAuthService = OAuthService(
    id="eventbrite",
    name="Eventbrite",
    authorization="https://www.eventbrite.com/oauth/authorize",
    token="https://www.eventbrite.com/oauth/token",
    userinfo="https://www.eventbriteapi.com/v3/users/me/",
    scope="user.profile",
    client_auth="client_secret_post",
    profile=_eventbrite_profile,
    style=Style("#f05537", "#fff"),
)
