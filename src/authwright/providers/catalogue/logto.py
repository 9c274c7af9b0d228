"""Logto, an OpenID Connect server.

Documentation: https://docs.logto.io/integrate-logto/integrate-logto-into-your-application
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    pass


__all__ = ["Logto"]

Logto = OIDCServer(
    id="logto",
    name="Logto",
    scope="offline_access openid email profile",
    id_token_algorithms=("ES384", "RS256"),
    profile=mapped(id="sub", name="name | username", email="email", image="picture"),
)
