"""``OIDC``: sign-in through a provider that speaks OpenID Connect. Its issuer's metadata says the endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from authwright.errors import ConfigurationError
from authwright.protocol.checks import Check
from authwright.protocol.urls import is_endpoint
from authwright.providers.oauth import OAuth

# RFC 7518 section 3.1 and RFC 9864: those with a public key.
_SIGNATURES = {"Ed25519", "EdDSA", *(family + size for family in ("RS", "PS", "ES") for size in ("256", "384", "512"))}


@dataclass(frozen=True, kw_only=True)
class OIDC(OAuth):
    """A provider that speaks OpenID Connect; what ``OAuth`` takes, and:

    Args:
        issuer: The provider's issuer, byte for byte as its metadata names it.
        well_known: Where the metadata is; by default ``ISSUER/.well-known/openid-configuration``.
        id_token_algorithms: The signatures that are accepted on an ID token.
        post_logout_redirect_uri: Where the provider sends the browser after a sign-out there, as registered with it; by
            default the site's origin.
        fetch_userinfo: Whether to ask the userinfo endpoint too, and merge its claims into the ID token's.

    Endpoints that are given win over the metadata's.

    Raises:
        ConfigurationError: An option cannot work.
    """

    issuer: str
    well_known: str | None = None
    scope: str | None = "openid email profile"
    checks: Sequence[Check] = ("pkce", "state", "nonce")
    id_token_algorithms: Sequence[str] = ("RS256",)
    post_logout_redirect_uri: str | None = None
    fetch_userinfo: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, url in (("issuer", self.issuer), ("well_known", self.metadata_url)):
            if not is_endpoint(url):
                raise ConfigurationError(
                    self.option(name), f"is {url!r}.", "Use an https URL (http only on localhost)."
                )
        if not self.id_token_algorithms or set(self.id_token_algorithms) - _SIGNATURES:
            remedy = f"Use some of {', '.join(sorted(_SIGNATURES))}."
            raise ConfigurationError(self.option("id_token_algorithms"), "are not safe, or unknown.", remedy)

    @property
    def metadata_url(self) -> str:
        """OpenID Connect Discovery 1.0 section 4.1: the issuer's trailing slash goes before the path is added."""
        return self.well_known or f"{self.issuer.removesuffix('/')}/.well-known/openid-configuration"

    def _required(self) -> Sequence[str]:
        return ()
