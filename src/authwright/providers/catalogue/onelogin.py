"""OneLogin, an OpenID Connect server."""

from __future__ import annotations

from authwright.providers.entry import OIDCServer
from authwright.providers.profiles import mapped

__all__ = ["OneLogin"]

OneLogin: OIDCServer = OIDCServer(
    id="onelogin",
    name="OneLogin",
    tail="/oidc/2",
    scope="openid profile email",
    profile=mapped(id="sub", name="nickname", email="email", image="picture"),
)
