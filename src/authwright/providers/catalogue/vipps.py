"""Vipps, an OpenID Connect provider."""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService

__all__ = ["Vipps"]

Vipps: OIDCService = OIDCService(
    id="vipps",
    name="Vipps",
    issuer="https://api.vipps.no/access-management-1.0/access/",
    scope="openid name email",
    fetch_userinfo=True,
    style=Style("#f05c18", "#fff"),
)
