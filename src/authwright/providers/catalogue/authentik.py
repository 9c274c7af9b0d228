"""Authentik, an OpenID Connect server.

Documentation: https://goauthentik.io/docs/providers/oauth2
"""

from __future__ import annotations

from authwright.providers.entry import OIDCServer

__all__ = ["Authentik"]

Authentik: OIDCServer = OIDCServer(id="authentik", name="Authentik", tail="/")
