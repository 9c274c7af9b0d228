"""SimpleLogin, an OpenID Connect provider.

Documentation: https://simplelogin.io/developer/
Register an app: https://app.simplelogin.io/developer
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService
from authwright.providers.profiles import mapped

__all__ = ["SimpleLogin"]

SimpleLogin: OIDCService = OIDCService(
    id="simplelogin",
    name="SimpleLogin",
    issuer="https://app.simplelogin.io",
    checks=("pkce", "state"),
    profile=mapped(id="sub", name="name", email="email", image="avatar_url"),
    style=Style("#e3156a", "#fff"),
)
