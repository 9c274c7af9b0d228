"""Slack, an OpenID Connect provider.

Documentation: https://api.slack.com/authentication
Register an app: https://api.slack.com/apps
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService

__all__ = ["Slack"]

Slack: OIDCService = OIDCService(
    id="slack",
    name="Slack",
    issuer="https://slack.com",
    scope="openid profile email",
    # Slack supports PKCE only for apps that are marked as public clients.
    checks=("state", "nonce"),
    # The token endpoint of Slack's API, oauth.v2.access, names the kind of the token.
    token_types=("bot", "user"),
    style=Style("#000", "#fff"),
)
