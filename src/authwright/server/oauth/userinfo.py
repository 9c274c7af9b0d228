"""The userinfo request (OIDC Core section 5.3), or the equivalent API of an OAuth 2.0 provider."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.providers import OAuth
from authwright.server.oauth.outbound import Outbound


async def fetch_userinfo(
    outbound: Outbound,
    provider: OAuth,
    tokens: Mapping[str, Any],
    endpoint: str,
    verified: Callable[[str], Awaitable[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """Return the claims about the user that *tokens* belong to.

    Args:
        outbound: The HTTP client.
        provider: The provider's configuration.
        tokens: The token response.
        endpoint: The URL of the userinfo endpoint.
        verified: Verifies a signed response and returns its claims (OIDC Core section 5.3.2). If it is None, signed
            responses are not supported.

    Raises:
        OAuthCallbackError: The request failed, the response is not a JSON object, or its signature cannot be verified.
    """
    hook = provider.hooks.get("userinfo")
    if hook:
        return dict(await hook(tokens=tokens, provider=provider, http=outbound))
    response = await outbound.get(endpoint, {"Authorization": f"Bearer {tokens['access_token']}"})
    if response.status != 200:
        raise OAuthCallbackError(f"The userinfo request to {provider.id} failed with status {response.status}.")
    if verified and response.headers.get("content-type", "").partition(";")[0].strip() == "application/jwt":
        return await verified(response.body.decode("ascii", "replace"))
    return response.json()
