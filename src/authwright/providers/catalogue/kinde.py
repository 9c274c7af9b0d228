"""Kinde, an OpenID Connect server.

Documentation: https://docs.kinde.com/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

__all__ = ["Kinde"]

Kinde: OIDCServer = OIDCServer(id="kinde", name="Kinde", tail="", style=Style("#fff", "#0F0F0F"))
