"""Webex, an OAuth 2.0 provider.

Documentation: https://developer.webex.com/docs/integrations
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OAuthService
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["Webex"]


def Webex(*, api_base_url: str = "https://webexapis.com/v1", **options: Unpack[Options]) -> OAuth:
    """Return the provider for Webex.

    Args:
        api_base_url: The URL of the API, if you use another Webex cloud.
        **options: See ``entry.Options``.
    """
    entry = OAuthService(
        id="webex",
        name="Webex",
        authorization=f"{api_base_url}/authorize",
        token=f"{api_base_url}/access_token",
        userinfo=f"{api_base_url}/people/me",
        scope="spark:kms spark:people_read",
        profile=mapped(id="id", name="displayName", email="emails.0", image="avatar"),
    )
    return entry(**options)
