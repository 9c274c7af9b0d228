"""LinkedIn, an OpenID Connect provider.

Documentation: https://docs.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
Register an app: https://www.linkedin.com/developers/apps/
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService

__all__ = ["LinkedIn"]

LinkedIn: OIDCService = OIDCService(
    id="linkedin",
    name="LinkedIn",
    issuer="https://www.linkedin.com/oauth",
    scope="openid profile email",
    # LinkedIn supports PKCE for native clients only, and its ID tokens have no nonce.
    checks=("state",),
    client_auth="client_secret_post",
    style=Style("#069", "#fff"),
)
