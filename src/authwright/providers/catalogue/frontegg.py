"""Frontegg, an OpenID Connect server.

Documentation: https://docs.frontegg.com/docs/how-to-use-our-docs
"""

from __future__ import annotations

from authwright.providers.entry import OIDCServer

__all__ = ["Frontegg"]

Frontegg: OIDCServer = OIDCServer(id="frontegg", name="Frontegg", metadata="/oauth/.well-known/openid-configuration")
