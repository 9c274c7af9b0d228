"""Mail.ru, an OAuth 2.0 provider.

Documentation: https://o2.mail.ru/docs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from authwright.providers.entry import OAuthService
from authwright.providers.http import Http, object_in
from authwright.providers.profiles import mapped

__all__ = ["MailRu"]


async def _mailru_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    query = urlencode({"access_token": tokens["access_token"]})
    return object_in(await http.get(f"https://oauth.mail.ru/userinfo?{query}"))


MailRu: OAuthService = OAuthService(
    id="mailru",
    name="Mail.ru",
    authorization="https://oauth.mail.ru/login",
    token="https://oauth.mail.ru/token",
    userinfo=_mailru_userinfo,
    scope="userinfo",
    profile=mapped(id="id", name="name", email="email", image="image"),
)
