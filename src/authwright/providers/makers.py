"""Services for developers and creators that use OAuth 2.0."""

from __future__ import annotations

from authwright.providers.base import Style
from authwright.providers.entry import OAuthService
from authwright.providers.profiles import mapped

Bitbucket = OAuthService(
    id="bitbucket",
    name="Bitbucket",
    authorization="https://bitbucket.org/site/oauth2/authorize",
    token="https://bitbucket.org/site/oauth2/access_token",
    userinfo="https://api.bitbucket.org/2.0/user",
    scope="account",
    profile=mapped(id="account_id", name="display_name | username", image="links.avatar.href"),
    style=Style("#205081", "#fff"),
)

FortyTwo = OAuthService(
    id="42-school",
    name="42 School",
    authorization="https://api.intra.42.fr/oauth/authorize",
    token="https://api.intra.42.fr/oauth/token",
    userinfo="https://api.intra.42.fr/v2/me",
    scope="public",
    profile=mapped(id="id", name="usual_full_name", email="email", image="image.link | image_url"),
)

GitLab = OAuthService(
    id="gitlab",
    name="GitLab",
    authorization="https://gitlab.com/oauth/authorize",
    token="https://gitlab.com/oauth/token",
    userinfo="https://gitlab.com/api/v4/user",
    scope="read_user",
    profile=mapped(id="id", name="name | username", email="email", image="avatar_url"),
    style=Style("#FC6D26", "#fff"),
)

Netlify = OAuthService(
    id="netlify",
    name="Netlify",
    authorization="https://app.netlify.com/authorize",
    token="https://api.netlify.com/oauth/token",
    userinfo="https://api.netlify.com/api/v1/user",
    profile=mapped(id="id", name="full_name", email="email", image="avatar_url"),
)

Wikimedia = OAuthService(
    id="wikimedia",
    name="Wikimedia",
    authorization="https://meta.wikimedia.org/w/rest.php/oauth2/authorize",
    token="https://meta.wikimedia.org/w/rest.php/oauth2/access_token",
    userinfo="https://meta.wikimedia.org/w/rest.php/oauth2/resource/profile",
    profile=mapped(id="sub", name="username", email="email"),
    style=Style("#000", "#fff"),
)

WordPress = OAuthService(
    id="wordpress",
    name="WordPress.com",
    authorization="https://public-api.wordpress.com/oauth2/authorize",
    token="https://public-api.wordpress.com/oauth2/token",
    userinfo="https://public-api.wordpress.com/rest/v1/me",
    scope="auth",
    client_auth="client_secret_post",
    profile=mapped(id="ID", name="display_name", email="email", image="avatar_URL"),
)
