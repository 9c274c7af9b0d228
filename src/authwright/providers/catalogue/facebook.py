"""Facebook, an OAuth 2.0 provider.

Documentation: https://developers.facebook.com/docs/facebook-login/manually-build-a-login-flow/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

__all__ = ["Facebook"]

Facebook: OAuthService = OAuthService(
    id="facebook",
    name="Facebook",
    # Without a version in the path, Facebook uses the oldest supported version, so the URL stays valid.
    authorization="https://www.facebook.com/dialog/oauth",
    token="https://graph.facebook.com/oauth/access_token",
    userinfo="https://graph.facebook.com/me?fields=id,name,email,picture",
    scope="email",
    profile=mapped(id="id", name="name", email="email", image="picture.data.url"),
    style=Style("#006aff", "#fff"),
)
