"""Microsoft: Azure AD, its later name Entra ID, and Azure AD B2C (https://learn.microsoft.com/entra/identity-platform).

v4 also fetches the user's photo from Microsoft Graph and stores it in the session as base64, which can add hundreds of
kilobytes to a cookie. Here ``image`` is None.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from authwright.errors import ConfigurationError
from authwright.providers.base import Style, option_of
from authwright.providers.entry import OIDCServer, needed
from authwright.providers.oidc import OIDC
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import OIDCOptions, OIDCServerOptions


__all__ = ["AzureAD", "MicrosoftEntraID", "AzureADB2C"]

_LOGIN = "https://login.microsoftonline.com"


_STYLE = Style("#0072c6", "#fff")


_PROFILE = mapped(id="sub", name="name", email="email")


_ISSUER = re.compile(rf"{re.escape(_LOGIN)}/([^/]+)/v2\.0/?")


_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


# The tenant in the metadata's issuer. The placeholder is replaced by the token's tid.
_SHARED = {
    "common": "{tenantid}",
    "organizations": "{tenantid}",
    "consumers": "9188040d-6c67-4c5b-b112-36a304b66dad",
}


_AZURE_AD: OIDCServer = OIDCServer(
    id="azure-ad", name="Azure Active Directory", scope="openid profile email", profile=_PROFILE, style=_STYLE
)


_ENTRA_ID: OIDCServer = OIDCServer(
    id="microsoft-entra-id",
    name="Microsoft Entra ID",
    # v5 also requests User.Read, for the photo.
    scope="openid profile email",
    profile=_PROFILE,
    style=_STYLE,
)


_B2C: OIDCServer = OIDCServer(
    id="azure-ad-b2c",
    name="Azure Active Directory B2C",
    scope="openid",
    profile=mapped(id="sub", name="name", email="emails.0"),
    style=_STYLE,
)


def AzureAD(*, tenant_id: str = "common", **options: Unpack[OIDCOptions]) -> OIDC:
    """Return the provider for Azure AD.

    Args:
        tenant_id: The tenant's GUID, or ``common`` for all accounts, ``organizations`` for work and school accounts or
            ``consumers`` for personal accounts.
        **options: See ``entry.OIDCOptions``.

    Raises:
        ConfigurationError: *tenant_id* is invalid, such as a domain.
    """
    return _of_tenant(_AZURE_AD, tenant_id, "tenant_id", options)


def MicrosoftEntraID(*, issuer: str = f"{_LOGIN}/common/v2.0", **options: Unpack[OIDCOptions]) -> OIDC:
    """Return the provider for Entra ID.

    Args:
        issuer: ``https://login.microsoftonline.com/TENANT/v2.0``, with the same tenants as ``AzureAD``.
        **options: See ``entry.OIDCOptions``.

    Raises:
        ConfigurationError: *issuer* is invalid.
    """
    found = _ISSUER.fullmatch(str(issuer))
    return _of_tenant(_ENTRA_ID, found[1] if found else "", "issuer", options)


def AzureADB2C(*, tenant_id: str, primary_user_flow: str, **options: Unpack[OIDCServerOptions]) -> OIDC:
    """Return the provider for Azure AD B2C. Select e-mail addresses and display name in its "Application claims".

    Args:
        tenant_id: The tenant's name, without ``.onmicrosoft.com``.
        primary_user_flow: The name of the user flow, such as ``B2C_1_signin``.
        **options: See ``entry.OIDCServerOptions``. ``issuer`` is the issuer in the flow's metadata:
            ``https://TENANT.b2clogin.com/GUID/v2.0/``. v4 accepts any issuer there, which OpenID Connect Discovery 1.0
            section 4.3 forbids.

    Raises:
        ConfigurationError: An option is missing or invalid.
    """
    needed("azure-ad-b2c", "tenant_id", tenant_id)
    needed("azure-ad-b2c", "primary_user_flow", primary_user_flow)
    flow = f"https://{tenant_id}.b2clogin.com/{tenant_id}.onmicrosoft.com/{primary_user_flow}/v2.0"
    return replace(_B2C(**options), well_known=f"{flow}/.well-known/openid-configuration")


def _of_tenant(entry: OIDCServer, tenant: str, option: str, options: OIDCOptions) -> OIDC:
    named = _SHARED.get(tenant, str(tenant).lower())
    if tenant not in _SHARED and not _GUID.fullmatch(named):
        remedy = "Use the tenant's GUID, or common, organizations or consumers."
        raise ConfigurationError(f"{option_of(entry.id)}.{option}", "has no valid tenant.", remedy)
    metadata = f"{_LOGIN}/{tenant}/v2.0/.well-known/openid-configuration?appid={options.get('client_id')}"
    return replace(entry(issuer=f"{_LOGIN}/{named}/v2.0", **options), well_known=metadata)
