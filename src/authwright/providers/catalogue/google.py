"""Google, an OpenID Connect provider (https://developers.google.com/identity/openid-connect)."""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService

__all__ = ["Google"]

Google: OIDCService = OIDCService(
    id="google", name="Google", issuer="https://accounts.google.com", style=Style("#fff", "#000")
)
