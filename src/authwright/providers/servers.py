"""Identity servers that use OpenID Connect. The app sets the issuer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from authwright.providers.base import Style
from authwright.providers.entry import OIDCServer
from authwright.providers.oidc import OIDC
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import OIDCOptions, OIDCServerOptions

_NAME_AND_EMAIL = mapped(id="sub", name="name", email="email")

Asgardeo = OIDCServer(id="asgardeo", name="Asgardeo", tail="/oauth2/token", style=Style("#000", "#fff"))

Auth0 = OIDCServer(
    id="auth0",
    name="Auth0",
    tail="/",
    profile=mapped(id="sub", name="nickname", email="email", image="picture"),
    style=Style("#EB5424", "#fff"),
)

Authentik = OIDCServer(id="authentik", name="Authentik", tail="/")

BattleNet = OIDCServer(
    id="battlenet",
    name="Battle.net",
    scope="openid",
    checks=("pkce", "state"),
    profile=mapped(id="sub", name="battle_tag"),
    style=Style("#148eff", "#fff"),
)

BeyondIdentity = OIDCServer(
    id="beyondidentity", name="Beyond Identity", profile=_NAME_AND_EMAIL, style=Style("#5077c5", "#fff")
)

Cognito = OIDCServer(
    id="cognito",
    name="Cognito",
    # With openid only, the client gets all claims that it may read. Any other scope must be enabled first.
    scope="openid",
    style=Style("#fff", "#C17B9E"),
)

DuendeIdentityServer6 = OIDCServer(
    id="duende-identityserver6", name="DuendeIdentityServer6", scope="openid profile email", profile=_NAME_AND_EMAIL
)

Frontegg = OIDCServer(id="frontegg", name="Frontegg", metadata="/oauth/.well-known/openid-configuration")

IdentityServer4 = OIDCServer(
    id="identity-server4", name="IdentityServer4", scope="openid profile email", profile=_NAME_AND_EMAIL
)

Keycloak = OIDCServer(id="keycloak", name="Keycloak", tail="", style=Style("#fff", "#000"))

Kinde = OIDCServer(id="kinde", name="Kinde", tail="", style=Style("#fff", "#0F0F0F"))

Logto = OIDCServer(
    id="logto",
    name="Logto",
    scope="offline_access openid email profile",
    id_token_algorithms=("ES384", "RS256"),
    profile=mapped(id="sub", name="name | username", email="email", image="picture"),
)

Okta = OIDCServer(id="okta", name="Okta", style=Style("#000", "#fff"))

OneLogin = OIDCServer(
    id="onelogin",
    name="OneLogin",
    tail="/oidc/2",
    scope="openid profile email",
    profile=mapped(id="sub", name="nickname", email="email", image="picture"),
)

OryHydra = OIDCServer(id="hydra", name="Hydra", style=Style("#fff", "#0F172A"))

Passage = OIDCServer(
    id="passage",
    name="Passage",
    tail="",
    scope="openid email",
    checks=("pkce", "state"),
    client_auth="client_secret_basic",
    profile=mapped(id="sub", email="email"),
    style=Style("#fff", "#000"),
)

PingId = OIDCServer(id="ping-id", name="Ping Identity")

Zitadel = OIDCServer(
    id="zitadel",
    name="ZITADEL",
    tail="",
)

_FUSION_AUTH = OIDCServer(
    id="fusionauth",
    name="FusionAuth",
    scope="openid email profile offline_access",
    profile=mapped(id="sub", name="preferred_username", email="email"),
)

_UNITED_EFFECTS = OIDCServer(id="united-effects", name="United Effects", profile=mapped(id="sub", email="email"))


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


def UnitedEffects(**options: Unpack[OIDCServerOptions]) -> OIDC:
    """Return the provider for United Effects, which requires the issuer as the parameter ``resource``."""
    provider = _UNITED_EFFECTS(**options)
    return replace(provider, authorization_params={"resource": provider.issuer, **provider.authorization_params})


def Descope(*, issuer: str | None = None, **options: Unpack[OIDCOptions]) -> OIDC:
    """Return the provider for Descope.

    Args:
        issuer: The issuer. The default is ``https://api.descope.com/CLIENT_ID``.
        **options: See ``entry.OIDCOptions``.
    """
    entry = OIDCServer(id="descope", name="Descope", style=Style("#1C1C23", "#ffffff"))
    return entry(issuer=issuer or f"https://api.descope.com/{options.get('client_id')}", **options)
