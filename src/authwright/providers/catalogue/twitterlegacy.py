"""Twitter (Legacy), an OAuth 1.0a provider.

Documentation: https://developer.x.com/en/apps
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from authwright.providers.base import Style
from authwright.providers.oauth1 import OAuth1
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Legacy


__all__ = ["TwitterLegacy"]


def TwitterLegacy(*, client_id: str, client_secret: str, **options: Unpack[Legacy]) -> OAuth1:
    """Return the provider for Twitter's old API, as v4 uses it without ``version: "2.0"``. Requires authwright[oauth1].

    Args:
        client_id: The consumer key.
        client_secret: The consumer secret.
        **options: See ``Legacy``.
    """
    defaults: dict[str, Any] = {
        "id": "twitter",
        "name": "Twitter (Legacy)",
        "request_token": "https://api.twitter.com/oauth/request_token",
        "authorization": "https://api.twitter.com/oauth/authenticate",
        "token": "https://api.twitter.com/oauth/access_token",
        "userinfo": "https://api.twitter.com/1.1/account/verify_credentials.json?include_email=true",
        "profile": _twitter_profile,
        "style": Style("#1da1f2", "#fff"),
    }
    return OAuth1(client_id=client_id, client_secret=client_secret, **{**defaults, **options})


def _twitter_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    user = mapped(id="id_str", name="name", email="email", image="profile_image_url_https")(claims)
    # The image in full size.
    return user | {"image": user["image"] and user["image"].replace("_normal.", ".")}
