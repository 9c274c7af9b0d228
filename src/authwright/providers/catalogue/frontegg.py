"""Frontegg, an OpenID Connect server.

Documentation: https://docs.frontegg.com/docs/how-to-use-our-docs
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.entry import OIDCServer

if TYPE_CHECKING:
    pass


__all__ = ["Frontegg"]

Frontegg = OIDCServer(id="frontegg", name="Frontegg", metadata="/oauth/.well-known/openid-configuration")
