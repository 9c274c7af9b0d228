"""The authorization request (RFC 6749 section 4.1.1), sent by the browser or pushed by the client.

The caller can add parameters (``signIn(id, options, {prompt: "login"})``). Unlike in v4, the caller cannot override the
client id, the redirect URI or the parameters that bind the response to this browser.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

from authwright.errors import OAuthCallbackError
from authwright.providers import OAuth
from authwright.providers.oauth import HTTP_RULE
from authwright.server.protocol.checks import Flow

_OURS = frozenset(
    {
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "request",
        "request_uri",
    }
)
# The parameters of POST /signin itself, in next-auth's protocol.
_PROTOCOL = frozenset({"callbackUrl", "csrfToken", "json"})


def authorization_request(
    provider: OAuth, endpoint: str, flow: Flow, redirect_uri: str, extra_parameters: Mapping[str, str]
) -> dict[str, str]:
    """Return the parameters of the authorization request for *flow*.

    Args:
        provider: The provider's configuration.
        endpoint: The URL of the authorization endpoint. The parameters in its query are kept.
        flow: The flow, whose checks are sent.
        redirect_uri: The URL that the provider redirects the browser to afterwards.
        extra_parameters: The caller's parameters.

    Raises:
        OAuthCallbackError: The endpoint is not one that ``OAuth.is_endpoint`` allows.
    """
    if not provider.is_endpoint(endpoint):
        # RFC 9700: the browser must never be sent to a javascript: endpoint from forged metadata.
        raise OAuthCallbackError(f"The authorization endpoint must be an https URL {HTTP_RULE}.")
    parts = urlsplit(endpoint)
    allowed = {name: value for name, value in extra_parameters.items() if name not in _OURS | _PROTOCOL}
    return {
        **dict(parse_qsl(parts.query)),
        **({"scope": provider.scope} if provider.scope else {}),
        **provider.authorization_params,
        **allowed,
        "client_id": provider.client_id,
        "response_type": "code",
        "redirect_uri": redirect_uri,
        **({"response_mode": provider.response_mode} if provider.response_mode else {}),
        **_checks(flow),
    }


def url_of(endpoint: str, parameters: Mapping[str, str]) -> str:
    """Return the URL of *endpoint* with *parameters* as its query. They already include the endpoint's own query."""
    return f"{endpoint.partition('?')[0]}?{urlencode(parameters)}"


def _checks(flow: Flow) -> dict[str, str]:
    sent = {name: flow.values[name] for name in ("state", "nonce") if name in flow.values}
    if "pkce" in flow.values:
        sent |= {"code_challenge": s256(flow.values["pkce"]), "code_challenge_method": "S256"}
    return sent


def s256(verifier: str) -> str:
    """Return the S256 code challenge of *verifier* (RFC 7636 section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
