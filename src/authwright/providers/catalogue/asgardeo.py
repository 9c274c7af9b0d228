"""Asgardeo, an OpenID Connect server.

Documentation: https://wso2.com/asgardeo/docs/guides/authentication
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

__all__ = ["Asgardeo"]

Asgardeo: OIDCServer = OIDCServer(id="asgardeo", name="Asgardeo", tail="/oauth2/token", style=Style("#000", "#fff"))
