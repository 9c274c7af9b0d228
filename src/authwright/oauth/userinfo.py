"""The userinfo request (OIDC Core section 5.3), or what a plain OAuth provider has in its place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.oauth.outbound import Outbound
from authwright.providers import OAuth


async def fetch_userinfo(
    outbound: Outbound,
    provider: OAuth,
    tokens: Mapping[str, Any],
    endpoint: str,
    verified: Callable[[str], Awaitable[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """What the provider says of the user that *tokens* belong to.

    Args:
        outbound: What asks it.
        provider: Whom to ask.
        tokens: The token response.
        endpoint: Where to ask.
        verified: Reads a signed answer, where one is understood (OIDC Core section 5.3.2).

    Raises:
        OAuthCallbackError: It does not answer with a JSON object, or with a signed one that cannot be verified.
    """
    hook = provider.hooks.get("userinfo")
    if hook:
        return dict(await hook(tokens=tokens, provider=provider, http=outbound))
    answer = await outbound.get(endpoint, {"Authorization": f"Bearer {tokens['access_token']}"})
    if answer.status != 200:
        raise OAuthCallbackError(f"The userinfo endpoint of {provider.id} answered {answer.status}.")
    if verified and answer.headers.get("content-type", "").partition(";")[0].strip() == "application/jwt":
        return await verified(answer.body.decode("ascii", "replace"))
    return answer.json()
