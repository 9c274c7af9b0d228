"""Services for work that use OAuth 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from authwright.errors import OAuthCallbackError
from authwright.providers.base import Style
from authwright.providers.calls import Http, bearer, object_in
from authwright.providers.entry import OAuthService, needed
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import at, mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options

Atlassian = OAuthService(
    id="atlassian",
    name="Atlassian",
    authorization="https://auth.atlassian.com/authorize?audience=api.atlassian.com&prompt=consent",
    token="https://auth.atlassian.com/oauth/token",
    userinfo="https://api.atlassian.com/me",
    scope="read:me",
    checks=("state",),
    profile=mapped(id="account_id", name="name", email="email", image="picture"),
    style=Style("#fff", "#0052cc"),
)

Box = OAuthService(
    id="box",
    name="Box",
    authorization="https://account.box.com/api/oauth2/authorize",
    token="https://api.box.com/oauth2/token",
    userinfo="https://api.box.com/2.0/users/me",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="name", email="login", image="avatar_url"),
    style=Style("#0075C9", "#fff"),
)

ClickUp = OAuthService(
    id="click-up",
    name="ClickUp",
    authorization="https://app.clickup.com/api",
    token="https://api.clickup.com/api/v2/oauth/token",
    userinfo="https://api.clickup.com/api/v2/user",
    checks=("state",),
    client_auth="client_secret_post",
    profile=mapped(id="user.id", name="user.username", email="user.email", image="user.profilePicture"),
    style=Style("#24292f", "#fff"),
)

Coinbase = OAuthService(
    id="coinbase",
    name="Coinbase",
    authorization="https://login.coinbase.com/oauth2/auth",
    token="https://login.coinbase.com/oauth2/token",
    userinfo="https://api.coinbase.com/v2/user",
    scope="wallet:user:email wallet:user:read",
    client_auth="client_secret_post",
    profile=mapped(id="data.id", name="data.name", email="data.email", image="data.avatar_url"),
)


async def _dropbox_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Return the user's claims. Dropbox's API accepts POST only."""
    url = "https://api.dropboxapi.com/2/users/get_current_account"
    return object_in(await http.post(url, {}, bearer(tokens)))


Dropbox = OAuthService(
    id="dropbox",
    name="Dropbox",
    authorization="https://www.dropbox.com/oauth2/authorize?token_access_type=offline",
    token="https://api.dropboxapi.com/oauth2/token",
    userinfo=_dropbox_userinfo,
    scope="account_info.read",
    profile=mapped(id="account_id", name="name.display_name", email="email", image="profile_photo_url"),
)


def _eventbrite_profile(claims: Mapping[str, Any]) -> dict[str, Any]:
    emails = claims.get("emails")
    found = [one for one in emails if isinstance(one, dict)] if isinstance(emails, list) else []
    primary = next((one for one in found if one.get("primary")), {})
    user = mapped(id="id", name="name", email="primary.email")({**claims, "primary": primary})
    picture = f"https://cdn.evbuc.com/images/{claims.get('image_id')}/1/original.jpg"
    return user | {"image": f"https://img.evbuc.com/{quote(picture, safe='')}" if claims.get("image_id") else None}


Eventbrite = OAuthService(
    id="eventbrite",
    name="Eventbrite",
    authorization="https://www.eventbrite.com/oauth/authorize",
    token="https://www.eventbrite.com/oauth/token",
    userinfo="https://www.eventbriteapi.com/v3/users/me/",
    scope="user.profile",
    client_auth="client_secret_post",
    profile=_eventbrite_profile,
    style=Style("#f05537", "#fff"),
)

Figma = OAuthService(
    id="figma",
    name="Figma",
    authorization="https://www.figma.com/oauth",
    token="https://api.figma.com/v1/oauth/token",
    userinfo="https://api.figma.com/v1/me",
    scope="current_user:read",
    checks=("state",),
    profile=mapped(id="id", name="handle", email="email", image="img_url"),
    style=Style("#ff7237", "#fff"),
)

Freshbooks = OAuthService(
    id="freshbooks",
    name="Freshbooks",
    authorization="https://auth.freshbooks.com/service/auth/oauth/authorize",
    token="https://api.freshbooks.com/auth/oauth/token",
    userinfo="https://api.freshbooks.com/auth/api/v1/users/me",
    client_auth="client_secret_post",
    profile=mapped(id="response.id", name="response.first_name response.last_name", email="response.email"),
    style=Style("#0075dd", "#fff"),
)


async def _hubspot_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Return the user's claims. HubSpot requires the token in the path."""
    token = quote(tokens["access_token"], safe="")
    return object_in(await http.get(f"https://api.hubapi.com/oauth/v1/access-tokens/{token}"))


HubSpot = OAuthService(
    id="hubspot",
    name="HubSpot",
    authorization="https://app.hubspot.com/oauth/authorize",
    token="https://api.hubapi.com/oauth/v1/token",
    userinfo=_hubspot_userinfo,
    scope="oauth",
    client_auth="client_secret_post",
    profile=mapped(id="user_id", name="user", email="user"),
    style=Style("#ff7a59", "#fff"),
)

Mailchimp = OAuthService(
    id="mailchimp",
    name="Mailchimp",
    authorization="https://login.mailchimp.com/oauth2/authorize",
    token="https://login.mailchimp.com/oauth2/token",
    userinfo="https://login.mailchimp.com/oauth2/metadata",
    client_auth="client_secret_post",
    profile=mapped(id="login.login_id", name="accountname", email="login.email"),
    style=Style("#000", "#fff"),
)


def NetSuite(*, account_id: str, **options: Unpack[Options]) -> OAuth:
    """Return the provider for NetSuite.

    Args:
        account_id: The account id, such as ``1234567`` or ``1234567-sb1``.
        **options: See ``entry.Options``. ``userinfo`` is the URL of your own RESTlet that returns
            ``{"id": ..., "name": ..., "email": ...}``.
    """
    needed("netsuite", "account_id", account_id)
    entry = OAuthService(
        id="netsuite",
        name="NetSuite",
        authorization=f"https://{account_id}.app.netsuite.com/app/login/oauth2/authorize.nl",
        token=f"https://{account_id}.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token",
        userinfo=None,
        scope="restlets rest_webservices",
        checks=("state",),
        profile=mapped(id="id", name="name", email="email"),
        style=Style("#181a1b", "#fbfbfb"),
    )
    return entry(**options)


async def _notion_userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
    """Return the user who owns the token's bot. A bot can also be owned by a workspace, which cannot sign in."""
    headers = {**bearer(tokens), "Notion-Version": "2022-06-28"}
    user = at(object_in(await http.get("https://api.notion.com/v1/users/me", headers)), "bot.owner.user")
    if not isinstance(user, dict):
        raise OAuthCallbackError("Notion's token does not belong to a user.")
    return user


Notion = OAuthService(
    id="notion",
    name="Notion",
    authorization="https://api.notion.com/v1/oauth/authorize?owner=user",
    token="https://api.notion.com/v1/oauth/token",
    userinfo=_notion_userinfo,
    profile=mapped(id="id", name="name", email="person.email", image="avatar_url"),
    style=Style("#fff", "#000"),
)

Pipedrive = OAuthService(
    id="pipedrive",
    name="Pipedrive",
    authorization="https://oauth.pipedrive.com/oauth/authorize",
    token="https://oauth.pipedrive.com/oauth/token",
    userinfo="https://api.pipedrive.com/users/me",
    profile=mapped(id="data.id", name="data.name", email="data.email", image="data.icon_url"),
)

Todoist = OAuthService(
    id="todoist",
    name="Todoist",
    authorization="https://app.todoist.com/oauth/authorize",
    token="https://api.todoist.com/oauth/access_token",
    userinfo="https://api.todoist.com/api/v1/user",
    scope="data:read",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="full_name", email="email", image="avatar_big"),
    style=Style("#E44332", "#000"),
)


def Webex(*, api_base_url: str = "https://webexapis.com/v1", **options: Unpack[Options]) -> OAuth:
    """Return the provider for Webex.

    Args:
        api_base_url: The URL of the API, if you use another Webex cloud.
        **options: See ``entry.Options``.
    """
    entry = OAuthService(
        id="webex",
        name="Webex",
        authorization=f"{api_base_url}/authorize",
        token=f"{api_base_url}/access_token",
        userinfo=f"{api_base_url}/people/me",
        scope="spark:kms spark:people_read",
        profile=mapped(id="id", name="displayName", email="emails.0", image="avatar"),
    )
    return entry(**options)


Zoho = OAuthService(
    id="zoho",
    name="Zoho",
    authorization="https://accounts.zoho.com/oauth/v2/auth",
    token="https://accounts.zoho.com/oauth/v2/token",
    userinfo="https://accounts.zoho.com/oauth/user/info",
    scope="AaaServer.profile.Read",
    profile=mapped(id="ZUID", name="First_Name Last_Name", email="Email"),
)

Zoom = OAuthService(
    id="zoom",
    name="Zoom",
    authorization="https://zoom.us/oauth/authorize",
    token="https://zoom.us/oauth/token",
    userinfo="https://api.zoom.us/v2/users/me",
    profile=mapped(id="id", name="first_name last_name", email="email", image="pic_url", email_verified="verified"),
)
