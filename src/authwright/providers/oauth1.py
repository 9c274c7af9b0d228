"""``OAuth1``: sign-in through a provider that speaks OAuth 1.0a (RFC 5849), as Twitter's old API does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from authwright.errors import ConfigurationError
from authwright.protocol.checks import Check
from authwright.protocol.urls import is_endpoint
from authwright.providers.oauth import OAuth

_CHECKS: Sequence[Check] = ("state", "pkce")


@dataclass(frozen=True, kw_only=True)
class OAuth1(OAuth):
    """A provider that speaks OAuth 1.0a. It needs ``pip install 'authwright[oauth1]'``.

    What ``OAuth`` takes, with ``token`` as the endpoint for token credentials; ``profile`` gets ``oauth_token`` and
    ``oauth_token_secret`` in its *tokens*. There are no scopes, no refreshes and no other checks: the temporary
    credentials bind the callback to the browser.

    Args:
        request_token: The endpoint for temporary credentials (RFC 5849 section 2.1).

    Raises:
        ConfigurationError: An option cannot work, or oauthlib is missing.
    """

    request_token: str | None = None
    checks: Sequence[Check] = _CHECKS

    def __post_init__(self) -> None:
        super().__post_init__()
        if find_spec("oauthlib") is None:
            raise ConfigurationError("providers", "has one of OAuth 1.0a.", "Run: pip install 'authwright[oauth1]'")
        if self.request_token and not is_endpoint(self.request_token):
            remedy = "Use an https URL (http only on localhost)."
            raise ConfigurationError(self.option("request_token"), f"is {self.request_token!r}.", remedy)
        if not self.client_secret:
            raise ConfigurationError(self.option("client_secret"), "is missing.", "Every request is signed with it.")
        if tuple(self.checks) != _CHECKS:
            raise ConfigurationError(self.option("checks"), "cannot be chosen in OAuth 1.0a.", "Leave them out.")

    def _required(self) -> Sequence[str]:
        return ("request_token", *super()._required())
