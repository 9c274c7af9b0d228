"""Services that use OpenID Connect."""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OIDCService
from authwright.providers.profiles import mapped

BankIDNorway = OIDCService(
    id="bankid-no",
    name="BankID Norge",
    issuer="https://auth.bankid.no/auth/realms/prod",
    authorization_params={"ui_locales": "no", "login_hint": "BIS"},
    client_auth="client_secret_post",
    profile=mapped(id="sub", name="name", email="email"),
    style=Style("#39134c", "#fff"),
)

HuggingFace = OIDCService(
    id="huggingface",
    name="Hugging Face",
    issuer="https://huggingface.co",
    checks=("pkce", "state"),
    style=Style("#FFD21E", "#000"),
)

LinkedIn = OIDCService(
    id="linkedin",
    name="LinkedIn",
    issuer="https://www.linkedin.com/oauth",
    scope="openid profile email",
    # LinkedIn supports PKCE for native clients only, and its ID tokens have no nonce.
    checks=("state",),
    client_auth="client_secret_post",
    style=Style("#069", "#fff"),
)

Roblox = OIDCService(
    id="roblox",
    name="Roblox",
    issuer="https://apis.roblox.com/oauth/",
    scope="openid profile",
    id_token_algorithms=("ES256",),
    style=Style("#5865F2", "#fff"),
)

SimpleLogin = OIDCService(
    id="simplelogin",
    name="SimpleLogin",
    issuer="https://app.simplelogin.io",
    checks=("pkce", "state"),
    profile=mapped(id="sub", name="name", email="email", image="avatar_url"),
    style=Style("#e3156a", "#fff"),
)

Slack = OIDCService(
    id="slack",
    name="Slack",
    issuer="https://slack.com",
    scope="openid profile email",
    # Slack supports PKCE only for apps that are marked as public clients.
    checks=("state", "nonce"),
    style=Style("#000", "#fff"),
)

Twitch = OIDCService(
    id="twitch",
    name="Twitch",
    issuer="https://id.twitch.tv/oauth2",
    scope="openid user:read:email",
    # Twitch adds these claims to the ID token only if they are requested by name (OIDC Core section 5.5).
    authorization_params={"claims": '{"id_token":{"email":null,"picture":null,"preferred_username":null}}'},
    client_auth="client_secret_post",
    profile=mapped(id="sub", name="preferred_username", email="email", image="picture"),
    style=Style("#65459B", "#fff"),
)

Vipps = OIDCService(
    id="vipps",
    name="Vipps",
    issuer="https://api.vipps.no/access-management-1.0/access/",
    scope="openid name email",
    fetch_userinfo=True,
    style=Style("#f05c18", "#fff"),
)
