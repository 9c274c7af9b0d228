"""Kinde, an OpenID Connect server.

Documentation: https://docs.kinde.com/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

if TYPE_CHECKING:
    pass


__all__ = ["Kinde"]

Kinde = OIDCServer(id="kinde", name="Kinde", tail="", style=Style("#fff", "#0F0F0F"))
