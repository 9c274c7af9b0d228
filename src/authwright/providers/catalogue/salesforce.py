"""Salesforce, an OAuth 2.0 provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OAuthServer
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["Salesforce"]

_SALESFORCE: OAuthServer = OAuthServer(
    id="salesforce",
    name="Salesforce",
    authorization="{issuer}/services/oauth2/authorize?display=page",
    token="{issuer}/services/oauth2/token",
    userinfo="{issuer}/services/oauth2/userinfo",
    profile=mapped(id="user_id", image="picture"),
)


def Salesforce(*, issuer: str = "https://login.salesforce.com", **options: Unpack[Options]) -> OAuth:
    """Return the provider for Salesforce.

    Args:
        issuer: The URL of your own domain or sandbox, if you have one.
        **options: See ``entry.Options``.
    """
    return _SALESFORCE(issuer=issuer, **options)
