"""Entries of the catalogue: what is known of a provider. Called with an app's client, an entry is that provider.

A *service* is run by one company, at fixed places; a *server* is run by whoever installs it, so the app names its
issuer. What a call is given stands in place of what the entry says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypedDict

from authwright.errors import ConfigurationError
from authwright.hooks import Function
from authwright.protocol.checks import Check
from authwright.providers.base import Style, option_of
from authwright.providers.oauth import ClientAuth, OAuth, ResponseMode
from authwright.providers.oidc import OIDC
from authwright.providers.profiles import STANDARD_CLAIMS

if TYPE_CHECKING:
    from typing import Unpack

    import httpx2


class Client(TypedDict):
    """What an app gets when it registers. ``client_secret`` is None for a public client."""

    client_id: str
    client_secret: str | None


class Options(Client, total=False):
    """What every provider of the catalogue takes; see ``OAuth``."""

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
    response_mode: ResponseMode
    allow_dangerous_email_account_linking: bool
    link_verified_emails: bool
    http_client: httpx2.AsyncClient | None
    style: Style


class Legacy(TypedDict, total=False):
    """What a provider of OAuth 1.0a takes beside its client; see ``OAuth1``."""

    id: str
    name: str
    profile: Function
    allow_dangerous_email_account_linking: bool
    http_client: httpx2.AsyncClient | None
    style: Style


class OIDCOptions(Options, total=False):
    """And what those take that speak OpenID Connect; see ``OIDC``."""

    well_known: str
    id_token_algorithms: Sequence[str]
    post_logout_redirect_uri: str
    fetch_userinfo: bool


class ServerOptions(Options):
    """``issuer`` is where the server is, such as ``https://sso.example.com``."""

    issuer: str


class OIDCServerOptions(OIDCOptions):
    """``issuer`` is the server's issuer, as its metadata names it."""

    issuer: str


@dataclass(frozen=True, kw_only=True)
class _Entry:
    id: str
    name: str
    authorization_params: Mapping[str, str] = field(default_factory=dict)
    client_auth: ClientAuth | None = None
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
    """A service that speaks OAuth 2.0."""

    def __call__(self, **options: Unpack[Options]) -> OAuth:
        """The provider, for the app's client. Raises ``ConfigurationError`` where an option cannot work."""
        return OAuth(**_merged(self, options))


@dataclass(frozen=True, kw_only=True)
class OAuthServer(_OAuthEntry):
    """A server that speaks OAuth 2.0; ``{issuer}`` in its endpoints is what the app names, without a slash behind."""

    def __call__(self, **options: Unpack[ServerOptions]) -> OAuth:
        """The provider, for the app's client. Raises ``ConfigurationError`` where an option cannot work."""
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
    """A service that speaks OpenID Connect."""

    issuer: str

    def __call__(self, **options: Unpack[OIDCOptions]) -> OIDC:
        """The provider, for the app's client. Raises ``ConfigurationError`` where an option cannot work."""
        return OIDC(**_merged(self, options))


@dataclass(frozen=True, kw_only=True)
class OIDCServer(_OIDCEntry):
    """A server that speaks OpenID Connect.

    ``tail`` is what the issuer in its metadata ends in, whether or not the app writes it too; with None the app's word
    stands as it is. ``metadata`` is where the metadata is, behind the issuer.
    """

    tail: str | None = None
    metadata: str | None = None

    def __call__(self, **options: Unpack[OIDCServerOptions]) -> OIDC:
        """The provider, for the app's client. Raises ``ConfigurationError`` where an option cannot work."""
        data = _merged(self, options)
        tail, metadata = data.pop("tail"), data.pop("metadata")
        issuer = needed(self.id, "issuer", data.get("issuer"))
        if tail is not None:
            issuer = issuer.rstrip("/").removesuffix(tail.rstrip("/")) + tail
        well_known = {"well_known": f"{issuer.rstrip('/')}{metadata}"} if metadata else {}
        return OIDC(**well_known | data | {"issuer": issuer})


def _merged(entry: _Entry, options: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name: getattr(entry, each.name) for each in fields(entry)}
    # As in v4, where an app's parameters are added to the provider's.
    parameters = {**entry.authorization_params, **(options.get("authorization_params") or {})}
    return {**known, **options, "authorization_params": parameters}


def needed(provider_id: str, option: str, value: object) -> str:
    """*value*, which must be a text. Raises ``ConfigurationError`` where the environment, as a rule, just lacks it."""
    if not isinstance(value, str) or not value:
        raise ConfigurationError(f"{option_of(provider_id)}.{option}", "is missing.", f"{provider_id} needs it.")
    return value
