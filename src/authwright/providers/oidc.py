"""``OIDC``: the configuration of a provider that uses OpenID Connect. The endpoints come from its metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from authwright.errors import ConfigurationError
from authwright.providers.oauth import OAuth
from authwright.server.protocol.checks import Check

__all__ = ["OIDC"]

# The signature algorithms with a public key (RFC 7518 section 3.1 and RFC 9864).
_SIGNATURES = {"Ed25519", "EdDSA", *(family + size for family in ("RS", "PS", "ES") for size in ("256", "384", "512"))}


@dataclass(frozen=True, kw_only=True)
class OIDC(OAuth):
    """A provider that uses OpenID Connect.

    The other options are those of ``OAuth``. Endpoints are optional. If set, they replace those of the metadata.

    Args:
        issuer: The provider's issuer, exactly as in its metadata.
        well_known: The URL of the metadata. The default is ``ISSUER/.well-known/openid-configuration``.
        id_token_algorithms: The allowed signature algorithms of ID tokens.
        post_logout_redirect_uri: The URL to return to after signing out at the provider, as registered with the
            provider. The default is the site's origin.
        fetch_userinfo: Whether to call the userinfo endpoint and add its claims to those of the ID token.

    Raises:
        ConfigurationError: An option is missing or invalid.
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
            self._check_endpoint(name, url)
        if not self.id_token_algorithms or set(self.id_token_algorithms) - _SIGNATURES:
            remedy = f"Use one or more of {', '.join(sorted(_SIGNATURES))}."
            problem = "the list is empty or contains an algorithm that is unknown or unsafe."
            raise ConfigurationError(self.option("id_token_algorithms"), problem, remedy)

    @property
    def metadata_url(self) -> str:
        """The URL of the metadata: by default the issuer, without a trailing slash, plus the well-known path
        (OpenID Connect Discovery 1.0 section 4.1)."""
        return self.well_known or f"{self.issuer.removesuffix('/')}/.well-known/openid-configuration"

    def _required(self) -> Sequence[str]:
        return ()
