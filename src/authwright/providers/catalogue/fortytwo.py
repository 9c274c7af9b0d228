"""42 School, an OAuth 2.0 provider.

Documentation: https://api.intra.42.fr/apidoc/guides/web_application_flow
"""

from __future__ import annotations

from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["FortyTwo"]

FortyTwo: OAuthService = OAuthService(
    id="42-school",
    name="42 School",
    authorization="https://api.intra.42.fr/oauth/authorize",
    token="https://api.intra.42.fr/oauth/token",
    userinfo="https://api.intra.42.fr/v2/me",
    scope="public",
    profile=mapped(id="id", name="usual_full_name", email="email", image="image.link | image_url"),
)
