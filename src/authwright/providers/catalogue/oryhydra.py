"""Hydra, an OpenID Connect server.

Documentation: https://www.ory.sh/docs/hydra/5min-tutorial
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

__all__ = ["OryHydra"]

OryHydra: OIDCServer = OIDCServer(id="hydra", name="Hydra", style=Style("#fff", "#0F172A"))
