"""UnitedEffects, an OpenID Connect server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from authwright.providers.entry import OIDCServer
from authwright.providers.oidc import OIDC
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import OIDCServerOptions


__all__ = ["UnitedEffects"]

_UNITED_EFFECTS: OIDCServer = OIDCServer(
    id="united-effects", name="United Effects", profile=mapped(id="sub", email="email")
)


def UnitedEffects(**options: Unpack[OIDCServerOptions]) -> OIDC:
    """Return the provider for United Effects, which requires the issuer as the parameter ``resource``."""
    provider = _UNITED_EFFECTS(**options)
    return replace(provider, authorization_params={"resource": provider.issuer, **provider.authorization_params})
