"""Auth0, an OpenID Connect server.

Documentation: https://auth0.com/docs/authenticate
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["Auth0"]

Auth0: OIDCServer = OIDCServer(
    id="auth0",
    name="Auth0",
    tail="/",
    profile=mapped(id="sub", name="nickname", email="email", image="picture"),
    style=Style("#EB5424", "#fff"),
)
