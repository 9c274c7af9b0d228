"""Enterprise servers that use OAuth 2.0. The app sets their URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from authwright.providers.base import Style
from authwright.providers.calls import Http, bearer, object_in
from authwright.providers.entry import OAuthServer
from authwright.providers.oauth import OAuth
from authwright.providers.profiles import at, mapped

if TYPE_CHECKING:
    from typing import Unpack

    from authwright.providers.entry import Options, ServerOptions

Mattermost = OAuthServer(
    id="mattermost",
    name="Mattermost",
    authorization="{issuer}/oauth/authorize",
    token="{issuer}/oauth/access_token",
    userinfo="{issuer}/api/v4/users/me",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="username | first_name last_name", email="email"),
    style=Style("#000", "#fff"),
)


def Nextcloud(**options: Unpack[ServerOptions]) -> OAuth:
    """Return the provider for a Nextcloud server. ``issuer`` is its URL."""
    issuer = str(options.get("issuer")).rstrip("/")

    async def userinfo(tokens: Mapping[str, Any], http: Http) -> dict[str, Any]:
        url = f"{issuer}/ocs/v1.php/cloud/users/{quote(str(tokens.get('user_id')), safe='')}"
        data = at(object_in(await http.get(url, {**bearer(tokens), "OCS-APIRequest": "true"})), "ocs.data")
        return data if isinstance(data, dict) else {}

    def profile(claims: Mapping[str, Any]) -> dict[str, Any]:
        user = mapped(id="id", name="displayname", email="email")(claims)
        return user | {"image": f"{issuer}/avatar/{quote(str(user['id']), safe='')}/512"}

    entry = OAuthServer(
        id="nextcloud",
        name="Nextcloud",
        authorization="{issuer}/apps/oauth2/authorize",
        token="{issuer}/apps/oauth2/api/v1/token",
        userinfo=userinfo,
        profile=profile,
        style=Style("#fff", "#0082C9"),
    )
    return entry(**options)


Osso = OAuthServer(
    id="osso",
    name="Osso",
    authorization="{issuer}/oauth/authorize",
    token="{issuer}/oauth/token",
    userinfo="{issuer}/oauth/me",
    profile=mapped(id="id", name="name", email="email"),
)

SAMLJackson = OAuthServer(
    id="boxyhq-saml",
    name="BoxyHQ SAML",
    authorization="{issuer}/api/oauth/authorize?provider=saml",
    token="{issuer}/api/oauth/token",
    userinfo="{issuer}/api/oauth/userinfo",
    profile=mapped(id="id", name="firstName lastName", email="email"),
)

_SALESFORCE = OAuthServer(
    id="salesforce",
    name="Salesforce",
    authorization="{issuer}/services/oauth2/authorize?display=page",
    token="{issuer}/services/oauth2/token",
    userinfo="{issuer}/services/oauth2/userinfo",
    profile=mapped(id="user_id", image="picture"),
)

_WORKOS = OAuthServer(
    id="workos",
    name="WorkOS",
    authorization="{issuer}/sso/authorize",
    token="{issuer}/sso/token",
    userinfo="{issuer}/sso/profile",
    client_auth="client_secret_post",
    profile=mapped(id="id", name="first_name last_name", email="email", image="raw_attributes.picture"),
    style=Style("#6363f1", "#fff"),
)


def Salesforce(*, issuer: str = "https://login.salesforce.com", **options: Unpack[Options]) -> OAuth:
    """Return the provider for Salesforce.

    Args:
        issuer: The URL of your own domain or sandbox, if you have one.
        **options: See ``entry.Options``.
    """
    return _SALESFORCE(issuer=issuer, **options)


def WorkOS(*, issuer: str = "https://api.workos.com", **options: Unpack[Options]) -> OAuth:
    """Return the provider for WorkOS.

    WorkOS requires one of the parameters ``connection``, ``organization`` and ``provider``. Set it in
    ``authorization_params`` or pass it with each sign-in.

    Args:
        issuer: The URL of the WorkOS API.
        **options: See ``entry.Options``.
    """
    return _WORKOS(issuer=issuer, **options)
