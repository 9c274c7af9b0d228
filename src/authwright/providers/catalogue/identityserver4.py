"""IdentityServer4, an OpenID Connect server.

Documentation: https://identityserver4.readthedocs.io/en/latest/
"""

from __future__ import annotations

from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["IdentityServer4"]

_NAME_AND_EMAIL = mapped(id="sub", name="name", email="email")


IdentityServer4: OIDCServer = OIDCServer(
    id="identity-server4", name="IdentityServer4", scope="openid profile email", profile=_NAME_AND_EMAIL
)
