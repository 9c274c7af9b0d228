"""The authorization request (RFC 6749 section 4.1.1): what the browser, or the client itself, brings to the provider.

The caller's parameters (``signIn(id, options, {prompt: "login"})``) pass through, but never those that decide for whom,
where to, or how the answer is bound to this browser. In v4 they could be overridden.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

from authwright.errors import OAuthCallbackError
from authwright.protocol.checks import Flow
from authwright.protocol.urls import is_endpoint
from authwright.providers import OAuth

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
# What next-auth's own protocol puts into the query of POST /signin.
_PROTOCOL = frozenset({"callbackUrl", "csrfToken", "json"})


def authorization_request(
    provider: OAuth, endpoint: str, flow: Flow, redirect_uri: str, asked: Mapping[str, str]
) -> dict[str, str]:
    """The parameters of the authorization request for *flow*.

    Raises:
        OAuthCallbackError: The endpoint is not one that a browser may be sent to.
    """
    if not is_endpoint(endpoint):
        # RFC 9700: a javascript: endpoint from forged metadata must never reach a browser.
        raise OAuthCallbackError("The authorization endpoint is neither https nor http on loopback.")
    parts = urlsplit(endpoint)
    allowed = {name: value for name, value in asked.items() if name not in _OURS | _PROTOCOL}
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
    """Where the browser is sent with *parameters*, which hold those of the endpoint's own query."""
    return f"{endpoint.partition('?')[0]}?{urlencode(parameters)}"


def _checks(flow: Flow) -> dict[str, str]:
    sent = {name: flow.values[name] for name in ("state", "nonce") if name in flow.values}
    if "pkce" in flow.values:
        sent |= {"code_challenge": s256(flow.values["pkce"]), "code_challenge_method": "S256"}
    return sent


def s256(verifier: str) -> str:
    """RFC 7636 section 4.2."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
