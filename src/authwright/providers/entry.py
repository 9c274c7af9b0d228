"""Entries of the catalogue. Calling an entry with the app's client id and secret returns the provider.

A *service* is run by one company at fixed URLs. A *server* can be installed by anyone, so the app sets its issuer. The
options of a call replace the values of the entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypedDict

from authwright.errors import ConfigurationError
from authwright.providers.base import Style, option_of
from authwright.providers.oauth import BEARER, ClientAuth, OAuth, ResponseMode
from authwright.providers.oidc import OIDC
from authwright.providers.profiles import STANDARD_CLAIMS
from authwright.server.protocol.checks import Check
from authwright.server.runtime.hooks import Function

if TYPE_CHECKING:
    from typing import Unpack

    import httpx2


class ClientRegistration(TypedDict):
    """The client id and secret from the registration. ``client_secret`` is None for a public client."""

    client_id: str
    client_secret: str | None


class Options(ClientRegistration, total=False):
    """The options of every provider of the catalogue; see ``OAuth``."""

    id: str
    name: str
    authorization: str
    token: str | Function
    userinfo: str | Function
    scope: str
    authorization_params: Mapping[str, str]
    profile: Function
    checks: Sequence[Check]
    client_auth: ClientAuth
    private_key: Mapping[str, str] | str
    token_types: Sequence[str]
    response_mode: ResponseMode
    allow_dangerous_email_account_linking: bool
    link_verified_emails: bool
    allow_insecure: bool
    http_client: httpx2.AsyncClient | None
    style: Style


class Legacy(TypedDict, total=False):
    """The options of an OAuth 1.0a provider besides client id and secret; see ``OAuth1``."""

    id: str
    name: str
    profile: Function
    allow_dangerous_email_account_linking: bool
    http_client: httpx2.AsyncClient | None
    style: Style


class OIDCOptions(Options, total=False):
    """The options of an OpenID Connect provider; see ``OIDC``."""

    well_known: str
    id_token_algorithms: Sequence[str]
    post_logout_redirect_uri: str
    fetch_userinfo: bool


class ServerOptions(Options):
    """The options of an OAuth 2.0 server. ``issuer`` is its URL, such as ``https://sso.example.com``."""

    issuer: str


class OIDCServerOptions(OIDCOptions):
    """The options of an OpenID Connect server. ``issuer`` is the issuer in its metadata."""

    issuer: str


@dataclass(frozen=True, kw_only=True)
class _Entry:
    id: str
    name: str
    authorization_params: Mapping[str, str] = field(default_factory=dict)
    client_auth: ClientAuth | None = None
    token_types: Sequence[str] = BEARER
    response_mode: ResponseMode | None = None
    style: Style | None = None


@dataclass(frozen=True, kw_only=True)
class _OAuthEntry(_Entry):
    authorization: str
    token: str | Function
    userinfo: str | Function | None
    profile: Function
    scope: str | None = None
    checks: Sequence[Check] = ("pkce", "state")


@dataclass(frozen=True, kw_only=True)
class OAuthService(_OAuthEntry):
    """A service that uses OAuth 2.0."""

    def __call__(self, **options: Unpack[Options]) -> OAuth:
        """Return the provider. Raises ``ConfigurationError`` if an option is invalid."""
        return OAuth(**_merged(self, options))


@dataclass(frozen=True, kw_only=True)
class OAuthServer(_OAuthEntry):
    """A server that uses OAuth 2.0. ``{issuer}`` in an endpoint becomes the issuer without trailing slashes."""

    def __call__(self, **options: Unpack[ServerOptions]) -> OAuth:
        """Return the provider. Raises ``ConfigurationError`` if an option is invalid."""
        data = _merged(self, options)
        issuer = needed(self.id, "issuer", data.pop("issuer", None)).rstrip("/")
        endpoints = {name: data[name] for name in ("authorization", "token", "userinfo")}
        filled = {name: url.replace("{issuer}", issuer) for name, url in endpoints.items() if isinstance(url, str)}
        return OAuth(**data | filled)


@dataclass(frozen=True, kw_only=True)
class _OIDCEntry(_Entry):
    profile: Function = STANDARD_CLAIMS
    scope: str = "openid email profile"
    checks: Sequence[Check] = ("pkce", "state", "nonce")
    id_token_algorithms: Sequence[str] = ("RS256",)
    fetch_userinfo: bool = False


@dataclass(frozen=True, kw_only=True)
class OIDCService(_OIDCEntry):
    """A service that uses OpenID Connect."""

    issuer: str

    def __call__(self, **options: Unpack[OIDCOptions]) -> OIDC:
        """Return the provider. Raises ``ConfigurationError`` if an option is invalid."""
        return OIDC(**_merged(self, options))


@dataclass(frozen=True, kw_only=True)
class OIDCServer(_OIDCEntry):
    """A server that uses OpenID Connect.

    ``tail`` is how the issuer in the metadata ends. It is added to the app's issuer if that ends differently. If
    ``tail`` is None, the app's issuer is used unchanged. ``metadata`` is the path of the metadata below the issuer.
    """

    tail: str | None = None
    metadata: str | None = None

    def __call__(self, **options: Unpack[OIDCServerOptions]) -> OIDC:
        """Return the provider. Raises ``ConfigurationError`` if an option is invalid."""
        data = _merged(self, options)
        tail, metadata = data.pop("tail"), data.pop("metadata")
        issuer = needed(self.id, "issuer", data.get("issuer"))
        if tail is not None:
            issuer = issuer.rstrip("/").removesuffix(tail.rstrip("/")) + tail
        well_known = {"well_known": f"{issuer.rstrip('/')}{metadata}"} if metadata else {}
        return OIDC(**well_known | data | {"issuer": issuer})


def _merged(entry: _Entry, options: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name: getattr(entry, each.name) for each in fields(entry)}
    if options.get("client_secret", "") is None:
        # A public client, or one with a private key, cannot authenticate as the entry says.
        known["client_auth"] = None
    # As in v4, the app's parameters are added to the provider's.
    parameters = {**entry.authorization_params, **(options.get("authorization_params") or {})}
    return {**known, **options, "authorization_params": parameters}


def needed(provider_id: str, option: str, value: object) -> str:
    """Return *value*. Raises ``ConfigurationError`` if it is missing, as if an environment variable is not set."""
    if not isinstance(value, str) or not value:
        raise ConfigurationError(
            f"{option_of(provider_id)}.{option}", "the option is missing.", f"Set it: {provider_id} requires it."
        )
    return value
