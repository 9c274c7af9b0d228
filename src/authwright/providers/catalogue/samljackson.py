"""BoxyHQ SAML, an OAuth 2.0 server.

Documentation: https://boxyhq.com/docs/jackson/saml-flow#2-saml-config-api
"""

from __future__ import annotations

from authwright.providers.entry import OAuthServer
from authwright.providers.profiles import mapped

__all__ = ["SAMLJackson"]

SAMLJackson: OAuthServer = OAuthServer(
    id="boxyhq-saml",
    name="BoxyHQ SAML",
    authorization="{issuer}/api/oauth/authorize?provider=saml",
    token="{issuer}/api/oauth/token",
    userinfo="{issuer}/api/oauth/userinfo",
    profile=mapped(id="id", name="firstName lastName", email="email"),
)
