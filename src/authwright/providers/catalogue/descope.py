"""Descope, an OpenID Connect server.

Documentation: https://docs.descope.com/customize/auth/oidc
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer
from authwright.providers.oidc import OIDC

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import OIDCOptions


__all__ = ["Descope"]


def Descope(*, issuer: str | None = None, **options: Unpack[OIDCOptions]) -> OIDC:
    """Return the provider for Descope.

    Args:
        issuer: The issuer. The default is ``https://api.descope.com/CLIENT_ID``.
        **options: See ``entry.OIDCOptions``.
    """
    entry = OIDCServer(id="descope", name="Descope", style=Style("#1C1C23", "#ffffff"))
    return entry(issuer=issuer or f"https://api.descope.com/{options.get('client_id')}", **options)
