"""``OAuth``: the configuration of a provider that uses OAuth 2.0. ``authwright.server.oauth`` is the client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from authwright.errors import ConfigurationError
from authwright.providers.base import Style, check_id
from authwright.providers.private_key import load_private_key
from authwright.server.protocol.checks import CHECKS, Check
from authwright.server.protocol.rsa_keys import LEAST_BITS
from authwright.server.protocol.urls import is_endpoint
from authwright.server.runtime.hooks import Function, Hook, bind, bind_blocking
from authwright.types import ProviderType

if TYPE_CHECKING:
    import httpx2

__all__ = ["OAuth"]

ClientAuth: TypeAlias = Literal[
    "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"
]
ResponseMode: TypeAlias = Literal["query", "form_post"]
BEARER: Sequence[str] = ("Bearer",)
# A token of one of these types is accepted only with a proof of possession, which is not supported (RFC 9449).
_WITH_PROOF = {"dpop", "mac", "pop"}
HTTP_RULE = "(http only on localhost, or with allow_insecure=True on a private name)"
_HS256_KEY = 32
_CLIENT_AUTHS: Sequence[str] = get_args(ClientAuth)
_HOOKS: Mapping[str, Sequence[str]] = {
    "profile": ("claims", "tokens", "params"),
    "token": ("params", "redirect_uri", "code_verifier", "provider", "http"),
    "userinfo": ("tokens", "provider", "http"),
}


@dataclass(frozen=True, kw_only=True)
class OAuth:
    """A provider that uses OAuth 2.0 (RFC 6749).

    Args:
        id: The provider's id in URLs (``/signin/ID``) and in accounts.
        name: The name on the button.
        client_id: The client id from the registration with the provider.
        client_secret: The client secret from the registration, or None for a public client.
        authorization: The URL of the authorization endpoint. Parameters in its query are kept.
        authorization_params: Additional parameters for the authorization request.
        scope: The scopes, separated by spaces.
        token: The URL of the token endpoint, or a function ``(params, redirect_uri, code_verifier, provider, http)``
            that returns the token response. ``http`` is an HTTP client with time and size limits.
        userinfo: The URL of the userinfo endpoint, or a function ``(tokens, provider, http)`` that returns the claims
            about the user.
        profile: ``profile(claims, tokens, params)`` returns the ``User`` or a dict with ``id``, ``name``, ``email`` and
            ``image``. Other keys go to ``extra``. ``params`` are the parameters of the callback, which are not signed.
        checks: The checks that bind a callback to the browser: any of pkce, state and nonce.
        client_auth: How the client authenticates at the token endpoint. The default depends on the secret, the private
            key and the provider's metadata.
        private_key: The key for ``private_key_jwt``: a JWK as a mapping, or PEM text. An RSA key must have at least
            2048 bits.
        token_types: The values of ``token_type`` that a token response may contain besides ``Bearer``. Case does not
            matter. The token is still sent as a bearer token.
        response_mode: How the provider sends its response. With ``form_post``, the browser posts it to the callback
            (OAuth 2.0 Form Post Response Mode). On https the check cookies are then ``SameSite=None``, because
            browsers do not send other cookies with a POST from another site.
        allow_dangerous_email_account_linking: Whether an account is linked to an existing user with the same e-mail
            address, even if the address is not verified.
        link_verified_emails: Whether an account is linked to an existing user with the same e-mail address, if the
            provider reports ``email_verified`` and the user has also verified the address here.
        http_client: The app's own ``httpx2.AsyncClient``, such as for a proxy or a private certificate authority. It
            works on one event loop only. By default all providers of an ``Auth`` share one client per loop.
        allow_insecure: Allow http for endpoints on private names, such as ``http://keycloak:8080``, for development and
            tests. ``Auth`` refuses this option if *base_url* is https on a public name.
        style: The provider's colors, for the letter on its button.

    Raises:
        ConfigurationError: An option is missing or invalid.
    """

    id: str
    name: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    authorization: str | None = None
    authorization_params: Mapping[str, str] = field(default_factory=dict)
    scope: str | None = None
    token: str | Function | None = None
    userinfo: str | Function | None = None
    profile: Function | None = None
    checks: Sequence[Check] = ("pkce", "state")
    client_auth: ClientAuth | None = None
    private_key: Mapping[str, str] | str | None = field(default=None, repr=False)
    token_types: Sequence[str] = BEARER
    response_mode: ResponseMode | None = None
    allow_dangerous_email_account_linking: bool = False
    link_verified_emails: bool = False
    http_client: httpx2.AsyncClient | None = field(default=None, repr=False, compare=False)
    allow_insecure: bool = False
    style: Style | None = None
    type: ProviderType = field(default="oauth", init=False)
    hooks: Mapping[str, Hook] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_id(self.id)
        self._check_client()
        self._check_endpoints()
        functions = {name: value for name in _HOOKS if callable(value := getattr(self, name))}
        bound = {
            name: (bind if _is_ours(function) else bind_blocking)(function, self.option(name), _HOOKS[name])
            for name, function in functions.items()
        }
        object.__setattr__(self, "hooks", bound)

    def _check_client(self) -> None:
        if not self.client_id:
            remedy = "Copy it from the provider's console."
            raise ConfigurationError(self.option("client_id"), "the client id is empty.", remedy)
        unknown = set(self.checks) - set(CHECKS)
        if unknown:
            problem = f"the checks {sorted(unknown)} are unknown."
            raise ConfigurationError(self.option("checks"), problem, "Use pkce, state or nonce.")
        if self.client_auth not in (None, *_CLIENT_AUTHS):
            remedy = f"Use one of {', '.join(_CLIENT_AUTHS)}."
            problem = f"{self.client_auth!r} is not a known method."
            raise ConfigurationError(self.option("client_auth"), problem, remedy)
        if isinstance(self.token_types, str) or _WITH_PROOF & {str(name).lower() for name in self.token_types}:
            remedy = "Use a sequence of types that are sent as bearer tokens, such as ('bot', 'user')."
            problem = f"{self.token_types!r} is not a sequence of supported types."
            raise ConfigurationError(self.option("token_types"), problem, remedy)
        if self.response_mode not in (None, *get_args(ResponseMode)):
            problem = f"{self.response_mode!r} is not a supported mode."
            raise ConfigurationError(self.option("response_mode"), problem, "Use 'query' or 'form_post'.")
        if (self.client_auth or "").startswith("client_secret") and not self.client_secret:
            remedy = f"Set it: client_auth={self.client_auth!r} requires it."
            raise ConfigurationError(self.option("client_secret"), "the client secret is missing.", remedy)
        if self.client_auth == "client_secret_jwt" and len(self.client_secret or "") < _HS256_KEY:
            remedy = f"HS256 requires {_HS256_KEY} characters (RFC 7518 section 3.2). Use another client_auth."
            problem = "the client secret is too short for client_secret_jwt."
            raise ConfigurationError(self.option("client_secret"), problem, remedy)
        if self.client_auth == "private_key_jwt" and not self.private_key:
            remedy = "Set it: client_auth='private_key_jwt' requires it."
            raise ConfigurationError(self.option("private_key"), "the private key is missing.", remedy)
        if self.private_key:
            try:
                load_private_key(self.private_key)
            except ValueError as problem:
                remedy = f"Use a private key: EC, Ed25519, or RSA of at least {LEAST_BITS} bits."
                raise ConfigurationError(self.option("private_key"), f"the value {problem}", remedy) from None

    def _check_endpoints(self) -> None:
        for name in ("authorization", "token", "userinfo"):
            value = getattr(self, name)
            if isinstance(value, str):
                self._check_endpoint(name, value)
        missing = [name for name in self._required() if getattr(self, name) is None]
        if missing:
            raise ConfigurationError(
                self.option(missing[0]), "the option is missing.", "Copy it from the provider's documentation."
            )

    def _check_endpoint(self, name: str, url: str) -> None:
        if not self.is_endpoint(url):
            raise ConfigurationError(self.option(name), f"{url!r} is not allowed.", f"Use an https URL {HTTP_RULE}.")

    def _required(self) -> Sequence[str]:
        return ("authorization", "token", "userinfo", "profile")

    def is_endpoint(self, url: str) -> bool:
        """Return whether requests may be sent to *url*, or the browser redirected there."""
        return is_endpoint(url, allow_insecure=self.allow_insecure)

    def option(self, name: str) -> str:
        """Return the name that error messages use for this provider's option *name*."""
        return f"providers[{self.id!r}].{name}"


def _is_ours(function: Function) -> bool:
    """Return whether *function* is part of the catalogue, whose functions do not block."""
    return str(getattr(function, "__module__", "")).startswith("authwright.")
