"""Slack, an OpenID Connect provider.

Documentation: https://api.slack.com/authentication
Register an app: https://api.slack.com/apps
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService

__all__ = ["Slack"]

Slack = OIDCService(
    id="slack",
    name="Slack",
    issuer="https://slack.com",
    scope="openid profile email",
    # Slack supports PKCE only for apps that are marked as public clients.
    checks=("state", "nonce"),
    style=Style("#000", "#fff"),
)
