"""WorkOS, an OAuth 2.0 provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authwright.providers.base import Style
from authwright.providers.entry import OAuthServer
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options


__all__ = ["WorkOS"]

_WORKOS: OAuthServer = OAuthServer(
    id="workos",
    name="WorkOS",
    authorization="{issuer}/sso/authorize",
    token="{issuer}/sso/token",
    userinfo="{issuer}/sso/profile",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="first_name last_name", email="email", image="raw_attributes.picture"),
    style=Style("#6363f1", "#fff"),
)


def WorkOS(*, issuer: str = "https://api.workos.com", **options: Unpack[Options]) -> OAuth:
    """Return the provider for WorkOS.

    WorkOS requires one of the parameters ``connection``, ``organization`` and ``provider``. Set it in
    ``authorization_params`` or pass it with each sign-in.

    Args:
        issuer: The URL of the WorkOS API.
        **options: See ``entry.Options``.
    """
    return _WORKOS(issuer=issuer, **options)
