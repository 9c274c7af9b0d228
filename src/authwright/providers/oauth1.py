"""``OAuth1``: the configuration of a provider that uses OAuth 1.0a (RFC 5849), such as Twitter's old API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from authwright.errors import ConfigurationError
from authwright.providers.oauth import OAuth
from authwright.server.protocol.checks import Check

__all__ = ["OAuth1"]

_CHECKS: Sequence[Check] = ("state", "pkce")


@dataclass(frozen=True, kw_only=True)
class OAuth1(OAuth):
    """A provider that uses OAuth 1.0a. Requires ``pip install 'authwright[oauth1]'``.

    The other options are those of ``OAuth``. ``token`` is the endpoint for token credentials, and the *tokens* of
    ``profile`` are ``oauth_token`` and ``oauth_token_secret``. There are no scopes and no refresh tokens. ``checks``
    cannot be changed, because the temporary credentials bind the callback to the browser.

    Args:
        request_token: The URL of the endpoint for temporary credentials (RFC 5849 section 2.1).

    Raises:
        ConfigurationError: An option is missing or invalid, or oauthlib is not installed.
    """

    request_token: str | None = None
    checks: Sequence[Check] = _CHECKS

    def __post_init__(self) -> None:
        super().__post_init__()
        if find_spec("oauthlib") is None:
            remedy = "Run: pip install 'authwright[oauth1]'"
            raise ConfigurationError(f"providers[{self.id!r}]", "OAuth 1.0a requires oauthlib.", remedy)
        if self.request_token:
            self._check_endpoint("request_token", self.request_token)
        if not self.client_secret:
            problem = "the client secret is missing."
            raise ConfigurationError(self.option("client_secret"), problem, "Set it: it signs every request.")
        if tuple(self.checks) != _CHECKS:
            raise ConfigurationError(self.option("checks"), "the checks of OAuth 1.0a are fixed.", "Remove the option.")

    def _required(self) -> Sequence[str]:
        return ("request_token", *super()._required())
