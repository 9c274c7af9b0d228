"""Okta, an OpenID Connect server.

Documentation: https://developer.okta.com/docs/reference/api/oidc
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

__all__ = ["Okta"]

Okta: OIDCServer = OIDCServer(id="okta", name="Okta", style=Style("#000", "#fff"))
