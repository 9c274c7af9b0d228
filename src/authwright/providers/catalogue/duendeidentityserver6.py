"""DuendeIdentityServer6, an OpenID Connect server."""

from __future__ import annotations

from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["DuendeIdentityServer6"]

_NAME_AND_EMAIL = mapped(id="sub", name="name", email="email")


DuendeIdentityServer6: OIDCServer = OIDCServer(
    id="duende-identityserver6", name="DuendeIdentityServer6", scope="openid profile email", profile=_NAME_AND_EMAIL
)
