"""DuendeIdentityServer6, an OpenID Connect server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    pass


__all__ = ["DuendeIdentityServer6"]

_NAME_AND_EMAIL = mapped(id="sub", name="name", email="email")


DuendeIdentityServer6 = OIDCServer(
    id="duende-identityserver6", name="DuendeIdentityServer6", scope="openid profile email", profile=_NAME_AND_EMAIL
)
