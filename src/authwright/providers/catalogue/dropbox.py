"""Dropbox, an OAuth 2.0 provider.

Documentation: https://developers.dropbox.com/oauth-guide
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, bearer, object_in
from authwright.providers.profiles import mapped

__all__ = ["Dropbox"]


async def _dropbox_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Return the user's claims. Dropbox's API accepts POST only."""
    url = "https://api.dropboxapi.com/2/users/get_current_account"
    return object_in(await http.post(url, {}, bearer(tokens)))


Dropbox: OAuthService = OAuthService(
    id="dropbox",
    name="Dropbox",
    authorization="https://www.dropbox.com/oauth2/authorize?token_access_type=offline",
    token="https://api.dropboxapi.com/oauth2/token",
    userinfo=_dropbox_userinfo,
    scope="account_info.read",
    profile=mapped(id="account_id", name="name.display_name", email="email", image="profile_photo_url"),
)
