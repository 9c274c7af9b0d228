"""Authentik, an OpenID Connect server.

Documentation: https://goauthentik.io/docs/providers/oauth2
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OIDCServer

if TYPE_CHECKING:
    pass


__all__ = ["Authentik"]

Authentik = OIDCServer(id="authentik", name="Authentik", tail="/")
