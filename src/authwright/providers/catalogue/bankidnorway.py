"""BankID Norge, an OpenID Connect provider.

Documentation: https://confluence.bankidnorge.no/confluence/pdoidcl
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService
from authwright.providers.profiles import mapped

__all__ = ["BankIDNorway"]

BankIDNorway: OIDCService = OIDCService(
    id="bankid-no",
    name="BankID Norge",
    issuer="https://auth.bankid.no/auth/realms/prod",
    authorization_params={"ui_locales": "no", "login_hint": "BIS"},
    client_auth="client_secret_post",
    profile=mapped(id="sub", name="name", email="email"),
    style=Style("#39134c", "#fff"),
)
