"""Logto, an OpenID Connect server.

Documentation: https://docs.logto.io/integrate-logto/integrate-logto-into-your-application
"""

from __future__ import annotations

from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["Logto"]

Logto: OIDCServer = OIDCServer(
    id="logto",
    name="Logto",
    scope="offline_access openid email profile",
    id_token_algorithms=("ES384", "RS256"),
    profile=mapped(id="sub", name="name | username", email="email", image="picture"),
)
