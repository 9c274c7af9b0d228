"""The userinfo request (OIDC Core section 5.3), or what a plain OAuth provider has in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authwright.errors import OAuthCallbackError
from authwright.oauth.outbound import Outbound
from authwright.providers import OAuth


async def fetch_userinfo(
    outbound: Outbound, provider: OAuth, tokens: Mapping[str, Any], endpoint: str
) -> dict[str, Any]:
    """What the provider says of the user that *tokens* belong to.

    Raises:
        OAuthCallbackError: It does not answer with a JSON object.
    """
    hook = provider.hooks.get("userinfo")
    if hook:
        return dict(await hook(tokens=tokens, provider=provider, http=outbound))
    answer = await outbound.get(endpoint, {"Authorization": f"Bearer {tokens['access_token']}"})
    if answer.status != 200:
        raise OAuthCallbackError(f"The userinfo endpoint of {provider.id} answered {answer.status}.")
    return answer.json()
