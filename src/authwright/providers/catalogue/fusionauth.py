"""FusionAuth, an OpenID Connect server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from authwright.providers.entry import OIDCServer
from authwright.providers.oidc import OIDC
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import OIDCServerOptions


__all__ = ["FusionAuth"]

_FUSION_AUTH: OIDCServer = OIDCServer(
    id="fusionauth",
    name="FusionAuth",
    scope="openid email profile offline_access",
    profile=mapped(id="sub", name="preferred_username", email="email"),
)


def FusionAuth(*, tenant_id: str | None = None, **options: Unpack[OIDCServerOptions]) -> OIDC:
    """Return the provider for FusionAuth. Configure an RS256 key in FusionAuth, because its default is HS256.

    Args:
        tenant_id: The tenant's id, if the server has more than one tenant.
        **options: See ``entry.OIDCServerOptions``.
    """
    provider = _FUSION_AUTH(**options)
    if tenant_id is None:
        return provider
    return replace(
        provider,
        well_known=f"{provider.metadata_url}?tenantId={quote(tenant_id)}",
        authorization_params={"tenantId": tenant_id, **provider.authorization_params},
    )
