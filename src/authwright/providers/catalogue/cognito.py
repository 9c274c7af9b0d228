"""Cognito, an OpenID Connect server.

Documentation: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html
"""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer

__all__ = ["Cognito"]

Cognito: OIDCServer = OIDCServer(
    id="cognito",
    name="Cognito",
    # With openid only, the client gets all claims that it may read. Any other scope must be enabled first.
    scope="openid",
    style=Style("#fff", "#C17B9E"),
)
