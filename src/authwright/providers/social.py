"""Social networks and media services that use OAuth 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from authwright.providers.base import Style
from authwright.providers.calls import Http, object_in
from authwright.providers.entry import OAuthServer, OAuthService
from authwright.providers.oauth import OAuth
from authwright.providers.oauth1 import OAuth1
from authwright.providers.profiles import mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Legacy, Options

_DISCORD_CDN = "https://cdn.discordapp.com"


def _discord_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    user = mapped(id="id", name="username", email="email", image="avatar", email_verified="verified")(claims)
    avatar = user["image"]
    if avatar:
        kind = "gif" if avatar.startswith("a_") else "png"
        return user | {"image": f"{_DISCORD_CDN}/avatars/{user['id']}/{avatar}.{kind}"}
    return user | {"image": f"{_DISCORD_CDN}/embed/avatars/{_discord_default(user['id'], claims)}.png"}


def _discord_default(user_id: object, claims: Mapping[str, Any]) -> int:
    """Return the number of the default image: from the discriminator or, if that is "0" or missing, from the id."""
    try:
        discriminator = int(str(claims.get("discriminator") or 0))
        return discriminator % 5 if discriminator else (int(str(user_id)) >> 22) % 6
    except ValueError:
        return 0


Discord = OAuthService(
    id="discord",
    name="Discord",
    authorization="https://discord.com/api/oauth2/authorize",
    token="https://discord.com/api/oauth2/token",
    userinfo="https://discord.com/api/users/@me",
    scope="identify email",
    profile=_discord_profile,
    style=Style("#5865F2", "#fff"),
)

Dribbble = OAuthService(
    id="dribbble",
    name="Dribbble",
    authorization="https://dribbble.com/oauth/authorize",
    token="https://dribbble.com/oauth/token",
    userinfo="https://api.dribbble.com/v2/user",
    profile=mapped(id="id", name="name", email="email", image="avatar_url"),
    style=Style("#000", "#fff"),
)

Facebook = OAuthService(
    id="facebook",
    name="Facebook",
    # Without a version in the path, Facebook uses the oldest supported version, so the URL stays valid.
    authorization="https://www.facebook.com/dialog/oauth",
    token="https://graph.facebook.com/oauth/access_token",
    userinfo="https://graph.facebook.com/me?fields=id,name,email,picture",
    scope="email",
    profile=mapped(id="id", name="name", email="email", image="picture.data.url"),
    style=Style("#006aff", "#fff"),
)


def Foursquare(*, api_version: str = "20230131", **options: Unpack[Options]) -> OAuth:
    """Return the provider for Foursquare.

    Args:
        api_version: The version of the API, a date as ``YYYYMMDD``.
        **options: See ``entry.Options``.
    """

    async def userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
        query = urlencode({"v": api_version, "oauth_token": tokens["access_token"]})
        return object_in(await http.get(f"https://api.foursquare.com/v2/users/self?{query}"))

    entry = OAuthService(
        id="foursquare",
        name="Foursquare",
        authorization="https://foursquare.com/oauth2/authenticate",
        token="https://foursquare.com/oauth2/access_token",
        userinfo=userinfo,
        profile=_foursquare_profile,
        style=Style("#000", "#fff"),
    )
    return entry(**options)


def _foursquare_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    at = "response.user"
    user = mapped(id=f"{at}.id", name=f"{at}.firstName {at}.lastName", email=f"{at}.contact.email")(claims)
    photo = mapped(id=f"{at}.id", name=f"{at}.photo.prefix", image=f"{at}.photo.suffix")(claims)
    whole = photo["name"] and photo["image"]
    return user | {"image": f"{photo['name']}original{photo['image']}" if whole else None}


Instagram = OAuthService(
    id="instagram",
    name="Instagram",
    authorization="https://www.instagram.com/oauth/authorize",
    token="https://api.instagram.com/oauth/access_token",
    userinfo="https://graph.instagram.com/me?fields=id,username,account_type,name",
    scope="instagram_business_basic",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="username"),
    style=Style("#fff", "#000"),
)

Mastodon = OAuthServer(
    id="mastodon",
    name="Mastodon",
    authorization="{issuer}/oauth/authorize",
    token="{issuer}/oauth/token",
    userinfo="{issuer}/api/v1/accounts/verify_credentials",
    scope="read",
    profile=mapped(id="id", name="username", image="avatar_static"),
)

Medium = OAuthService(
    id="medium",
    name="Medium",
    authorization="https://medium.com/m/oauth/authorize",
    token="https://api.medium.com/v1/tokens",
    userinfo="https://api.medium.com/v1/me",
    scope="basicProfile",
    profile=mapped(id="data.id", name="data.name", image="data.imageUrl"),
)

Patreon = OAuthService(
    id="patreon",
    name="Patreon",
    authorization="https://www.patreon.com/oauth2/authorize",
    token="https://www.patreon.com/api/oauth2/token",
    userinfo="https://www.patreon.com/api/oauth2/v2/identity?fields%5Buser%5D=email,full_name,image_url,is_email_verified",
    scope="identity identity[email]",
    profile=mapped(
        id="data.id",
        name="data.attributes.full_name",
        email="data.attributes.email",
        image="data.attributes.image_url",
        email_verified="data.attributes.is_email_verified",
    ),
    style=Style("#e85b46", "#fff"),
)

Pinterest = OAuthService(
    id="pinterest",
    name="Pinterest",
    authorization="https://www.pinterest.com/oauth",
    token="https://api.pinterest.com/v5/oauth/token",
    userinfo="https://api.pinterest.com/v5/user_account",
    scope="user_accounts:read",
    checks=("state",),
    profile=mapped(id="username", name="username", image="profile_image"),
)

Reddit = OAuthService(
    id="reddit",
    name="Reddit",
    authorization="https://www.reddit.com/api/v1/authorize",
    token="https://www.reddit.com/api/v1/access_token",
    userinfo="https://oauth.reddit.com/api/v1/me",
    scope="identity",
    checks=("state",),
    profile=mapped(id="id", name="name"),
)

Spotify = OAuthService(
    id="spotify",
    name="Spotify",
    authorization="https://accounts.spotify.com/authorize",
    token="https://accounts.spotify.com/api/token",
    userinfo="https://api.spotify.com/v1/me",
    scope="user-read-email",
    profile=mapped(id="id", name="display_name", email="email", image="images.0.url"),
    style=Style("#000", "#fff"),
)

Threads = OAuthService(
    id="threads",
    name="Threads",
    authorization="https://threads.net/oauth/authorize",
    token="https://graph.threads.net/oauth/access_token",
    userinfo="https://graph.threads.net/v1.0/me?fields=id,username,threads_profile_picture_url",
    scope="threads_basic",
    checks=("state",),
    client_auth="client_secret_post",
    profile=mapped(id="id", name="username", image="threads_profile_picture_url"),
    style=Style("#000", "#fff"),
)

Twitter = OAuthService(
    id="twitter",
    name="Twitter",
    authorization="https://x.com/i/oauth2/authorize",
    token="https://api.x.com/2/oauth2/token",
    userinfo="https://api.x.com/2/users/me?user.fields=profile_image_url",
    scope="users.read tweet.read offline.access",
    profile=mapped(id="data.id", name="data.name", image="data.profile_image_url"),
    style=Style("#1da1f2", "#fff"),
)


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
