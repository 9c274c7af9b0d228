"""Notion, an OAuth 2.0 provider.

Documentation: https://developers.notion.com/docs
Register an app: https://www.notion.so/my-integrations
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, bearer, object_in
from authwright.providers.profiles import at, mapped

__all__ = ["Notion"]


async def _notion_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Return the user who owns the token's bot. A bot can also be owned by a workspace, which cannot sign in."""
    headers = {**bearer(tokens), "Notion-Version": "2022-06-28"}
    user = at(object_in(await http.get("https://api.notion.com/v1/users/me", headers)), "bot.owner.user")
    if not isinstance(user, dict):
        raise OAuthCallbackError("Notion's token does not belong to a user.")
    return user


Notion: OAuthService = OAuthService(
    id="notion",
    name="Notion",
    authorization="https://api.notion.com/v1/oauth/authorize?owner=user",
    token="https://api.notion.com/v1/oauth/token",
    userinfo=_notion_userinfo,
    profile=mapped(id="id", name="name", email="person.email", image="avatar_url"),
    style=Style("#fff", "#000"),
)
