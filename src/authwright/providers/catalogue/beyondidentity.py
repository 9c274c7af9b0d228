"""Beyond Identity, an OpenID Connect server.

Documentation: https://developer.beyondidentity.com/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["BeyondIdentity"]

_NAME_AND_EMAIL = mapped(id="sub", name="name", email="email")


BeyondIdentity: OIDCServer = OIDCServer(
    id="beyondidentity", name="Beyond Identity", profile=_NAME_AND_EMAIL, style=Style("#5077c5", "#fff")
)
