"""Patreon, an OAuth 2.0 provider.

Documentation: https://docs.patreon.com/#apiv2-oauth
Register an app: https://www.patreon.com/portal/registration/register-clients
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Patreon"]

Patreon: OAuthService = OAuthService(
    id="patreon",
    name="Patreon",
    authorization="https://www.patreon.com/oauth2/authorize",
    token="https://www.patreon.com/api/oauth2/token",
    userinfo="https://www.patreon.com/api/oauth2/v2/identity?fields%5Buser%5D=email,full_name,image_url,is_email_verified",
    scope="identity identity[email]",
    profile=mapped(
        id="data.id",
        name="data.attributes.full_name",
        email="data.attributes.email",
        image="data.attributes.image_url",
        email_verified="data.attributes.is_email_verified",
    ),
    style=Style("#e85b46", "#fff"),
)
