"""``OAuth``: sign-in through a provider that speaks OAuth 2.0. Data only; ``authwright.oauth`` speaks to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from authwright.errors import ConfigurationError
from authwright.hooks import Function, Hook, bind, bind_blocking
from authwright.protocol.checks import CHECKS, Check
from authwright.protocol.urls import is_endpoint
from authwright.providers.base import Style, check_id
from authwright.types import ProviderType

if TYPE_CHECKING:
    import httpx2

ClientAuth: TypeAlias = Literal[
    "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"
]
ResponseMode: TypeAlias = Literal["query", "form_post"]
_HS256_KEY = 32
_CLIENT_AUTHS: Sequence[str] = get_args(ClientAuth)
_HOOKS: Mapping[str, Sequence[str]] = {
    "profile": ("claims", "tokens"),
    "token": ("params", "redirect_uri", "code_verifier", "provider", "http"),
    "userinfo": ("tokens", "provider", "http"),
}


@dataclass(frozen=True, kw_only=True)
class OAuth:
    """A provider that speaks OAuth 2.0 (RFC 6749).

    Args:
        id: Names it in URLs (``/signin/ID``) and in accounts.
        name: What people read on its button.
        client_id: As registered with the provider.
        client_secret: As registered; none for a public client.
        authorization: The authorization endpoint; parameters in its query are sent along.
        authorization_params: More parameters for it.
        scope: Scopes, with spaces between.
        token: The token endpoint, or a function ``(params, redirect_uri, code_verifier, provider, http)`` that answers
            the token response; ``http`` calls endpoints within our limits.
        userinfo: Where, or through which function ``(tokens, provider, http)``, to ask who the user is.
        profile: ``profile(claims, tokens)`` answers the ``User``, or a dict with ``id``, ``name``, ``email``,
            ``image``; other keys go to ``extra``.
        checks: What binds a callback to the browser: any of pkce, state and nonce.
        client_auth: How the client authenticates at the token endpoint; by default as its secret and the provider's
            metadata allow.
        private_key: For ``private_key_jwt``: a JWK as a mapping, or PEM text.
        response_mode: How the provider answers: ``form_post`` has it post to the callback (OAuth 2.0 Form Post Response
            Mode). On https the cookies of such a flow are then ``SameSite=None``, or they would not come along.
        allow_dangerous_email_account_linking: Let the provider's word for an e-mail address link an existing user.
        link_verified_emails: Let it where the provider says ``email_verified``, and the user has proved the address
            here.
        http_client: An ``httpx2.AsyncClient`` of the app's, for a proxy or a private certificate authority. It serves
            one event loop. By default all providers of an ``Auth`` share one client on each loop.
        style: The provider's colours, for the letter on its button.

    Raises:
        ConfigurationError: An option cannot work.
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
    response_mode: ResponseMode | None = None
    allow_dangerous_email_account_linking: bool = False
    link_verified_emails: bool = False
    http_client: httpx2.AsyncClient | None = field(default=None, repr=False, compare=False)
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
            raise ConfigurationError(self.option("client_id"), "is empty.", "Copy it from the provider's console.")
        unknown = set(self.checks) - set(CHECKS)
        if unknown:
            raise ConfigurationError(self.option("checks"), f"has {sorted(unknown)}.", "Use pkce, state and nonce.")
        if self.client_auth not in (None, *_CLIENT_AUTHS):
            remedy = f"Use one of {', '.join(_CLIENT_AUTHS)}."
            raise ConfigurationError(self.option("client_auth"), f"is {self.client_auth!r}.", remedy)
        if self.response_mode not in (None, *get_args(ResponseMode)):
            problem = f"is {self.response_mode!r}."
            raise ConfigurationError(self.option("response_mode"), problem, "Use 'query' or 'form_post'.")
        if (self.client_auth or "").startswith("client_secret") and not self.client_secret:
            raise ConfigurationError(self.option("client_secret"), "is missing.", f"{self.client_auth} needs it.")
        if self.client_auth == "client_secret_jwt" and len(self.client_secret or "") < _HS256_KEY:
            remedy = f"HS256 wants {_HS256_KEY} characters (RFC 7518 section 3.2): use another client_auth."
            raise ConfigurationError(self.option("client_secret"), "is too short for client_secret_jwt.", remedy)
        if self.client_auth == "private_key_jwt" and not self.private_key:
            raise ConfigurationError(self.option("private_key"), "is missing.", "private_key_jwt needs it.")

    def _check_endpoints(self) -> None:
        for name in ("authorization", "token", "userinfo"):
            value = getattr(self, name)
            if isinstance(value, str) and not is_endpoint(value):
                remedy = "Use an https URL (http only on localhost)."
                raise ConfigurationError(self.option(name), f"is {value!r}.", remedy)
        missing = [name for name in self._required() if getattr(self, name) is None]
        if missing:
            raise ConfigurationError(self.option(missing[0]), "is missing.", "Copy it from the provider's documents.")

    def _required(self) -> Sequence[str]:
        return ("authorization", "token", "userinfo", "profile")

    def option(self, name: str) -> str:
        """What errors call the option *name* of this provider."""
        return f"providers[{self.id!r}].{name}"


def _is_ours(function: Function) -> bool:
    """Whether *function* is the catalogue's, none of which blocks."""
    return str(getattr(function, "__module__", "")).startswith("authwright.")
